import path from 'node:path';
import type {OpenModel} from '../../app/models.js';
import type {Streams} from '../../app/streams.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {printable} from '../../util/format.js';
import {didYouMean} from '../../util/nearest.js';
import {UserError} from '../../util/user-error.js';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';

type SplitFlags = {readonly runs: string; readonly head?: string; readonly out?: string};

export const addSplit: AddCommand = (parent, toAction) => {
  parent
    .command('split <run>')
    .description(
      'write a single-head model for each head, with identical weights, as tfjs layers models',
    )
    .option('--head <name>', 'write the model of this head only')
    .option('--out <dir>', "output folder (default: split/ in the run's folder)")
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'The predictions of each model are identical to those of the whole model for its head. The',
        'command prints the folders, which predict and tf.loadLayersModel read.',
        examples(
          'celeba-tui split multi-output',
          'celeba-tui split latest --head Smiling --out models',
        ),
      ].join('\n'),
    )
    .action(toAction((context, run: string, flags: SplitFlags) => runSplit(run, flags, context)));
};

/** Writes a single-head model for each head; prints their folders. */
async function runSplit(
  name: string,
  {runs, head, out}: SplitFlags,
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const {findModels, openModels, outputPlace} = await import('../../app/models.js');
  const {layersFiles} = await import('../../artifacts/layers-model.js');
  const {placeModel} = await import('../../artifacts/exports/place-model.js');
  const {splitHead} = await import('../../artifacts/exports/split.js');
  const named = await findModels(name, runs);
  const models = await openModels(named);
  const wanted = headsOf(models, head);
  const isSingle = models.every(({plan}) => plan.heads.length === 1);
  if (isSingle)
    stderr.write('note: every model already has a single head; the command copies them.\n');
  const {folder, root} = outputPlace(named, out, run => run.split, 'split');
  for (const {model, head: name} of wanted) {
    const target = path.join(folder, name);
    await placeModel(root, target, layersFiles(splitHead(model.file, model.plan, name)));
    stdout.write(`${printable(target)}\n`);
  }
  return 0;
}

/** The heads with their models. @throws UserError where no model has the named head. */
export function headsOf(
  models: readonly OpenModel[],
  head: string | undefined,
): {readonly model: OpenModel; readonly head: string}[] {
  const all = models.flatMap(model => model.plan.heads.map(name => ({model, head: name})));
  if (head === undefined) return all;
  const wanted = all.filter(candidate => candidate.head === head);
  if (wanted.length > 0) return wanted;
  const heads = all.map(candidate => candidate.head);
  throw new UserError(
    `--head ${head}: no model has this head. Expected one of ${heads.join(', ')}.`,
    {hint: didYouMean(head, heads)},
  );
}
