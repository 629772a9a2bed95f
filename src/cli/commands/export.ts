import {Option} from 'commander';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {ExportFlags, ExportFormat} from '../export.js';

const formats = ['savedmodel', 'onnx', 'tfjs'] as const satisfies readonly ExportFormat[];

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
        'probabilities of 0 and 1 for each head. tfjs takes floats from 0 to 1.',
        examples(
          'celeba-tui export multi-output --format savedmodel --out exported',
          'celeba-tui export multi-output --format onnx',
          'celeba-tui export latest --format tfjs',
        ),
      ].join('\n'),
    )
    .action(
      toAction(async (context, run: string, flags: ExportFlags) => {
        const {runExport} = await import('../export.js');
        return runExport(run, flags, context);
      }),
    );
};
