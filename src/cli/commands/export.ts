import path from 'node:path';
import {Option} from 'commander';
import type {Streams} from '../../app/streams.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {printable} from '../../util/format.js';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';

const formats = ['savedmodel', 'onnx', 'tfjs'] as const;

type ExportFlags = {
  readonly runs: string;
  readonly format: (typeof formats)[number];
  readonly out?: string;
};

export const addExport: AddCommand = (parent, toAction) => {
  parent
    .command('export <run>')
    .description('export the models of a run for other programs, one folder per model')
    .addOption(
      new Option('--format <format>', 'output format').choices(formats).makeOptionMandatory(),
    )
    .option('--out <dir>', "output folder (default: export/<format>/ in the run's folder)")
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'savedmodel and onnx take images as uint8 [batch, height, width, 3], scale them, and return the',
        'probabilities of the classes of each head. tfjs takes floats from 0 to 1.',
        examples(
          'celeba-tui export multi-output --format savedmodel --out exported',
          'celeba-tui export multi-output --format onnx',
          'celeba-tui export latest --format tfjs',
        ),
      ].join('\n'),
    )
    .action(toAction((context, run: string, flags: ExportFlags) => runExport(run, flags, context)));
};

/** Exports the models of a run, each into a folder; prints the folders. */
async function runExport(
  name: string,
  {runs, format, out}: ExportFlags,
  {stdout}: Streams,
): Promise<ExitCode> {
  const {findModels, openModels, outputPlace} = await import('../../app/models.js');
  const {layersFiles, readSavedNetwork} = await import('../../artifacts/layers-model.js');
  const {headsFile} = await import('../../artifacts/exports/heads-file.js');
  const {onnxFile} = await import('../../artifacts/exports/onnx/onnx-model.js');
  const {placeModel} = await import('../../artifacts/exports/place-model.js');
  const {savedModelFile} = await import('../../tensorflow/graph/inference.js');
  const models = await findModels(name, runs);
  const {folder, root} = outputPlace(models, out, run => run.exported(format), 'exported');
  for (const {name: model, file, plan} of await openModels(models)) {
    const whole = {...file, plan};
    const makers = {
      tfjs: () => layersFiles(whole),
      savedmodel: () => ({
        'saved_model.pb': savedModelFile(readSavedNetwork(file, plan)),
        ...headsFile(whole),
      }),
      onnx: () => ({
        'model.onnx': onnxFile(readSavedNetwork(file, plan)),
        ...headsFile(whole),
      }),
    };
    const target = path.join(folder, model);
    await placeModel(root, target, makers[format]());
    stdout.write(`${printable(target)}\n`);
  }
  return 0;
}
