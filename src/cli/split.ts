import path from 'node:path';
import {layersFiles} from '../artifacts/layers-model.js';
import {placeModel} from '../artifacts/exports/place-model.js';
import {splitHead} from '../artifacts/exports/split.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {nearest} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import {findModels, openModels, type NamedModels, type OpenModel} from '../app/models.js';
import type {Streams} from '../app/streams.js';

export type SplitFlags = {readonly runs: string; readonly head?: string; readonly out?: string};

/** Writes a single-head model for each head; prints their folders. */
export async function runSplit(
  name: string,
  {runs, head, out}: SplitFlags,
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const named = await findModels(name, runs);
  const models = await openModels(named);
  const wanted = headsOf(models, head);
  const isSingle = models.every(({plan}) => plan.heads.length === 1);
  if (isSingle)
    stderr.write('note: every model already has a single head; the command copies them.\n');
  const folder = path.resolve(out ?? defaultFolder(named));
  const root = out === undefined ? (named.run?.path ?? folder) : folder;
  for (const {model, head: name} of wanted) {
    const target = path.join(folder, name);
    await placeModel(root, target, layersFiles(splitHead(model.file, model.plan, name)));
    stdout.write(`${printable(target)}\n`);
  }
  return 0;
}

function defaultFolder({run}: NamedModels): string {
  if (run !== undefined) return run.split;
  throw new UserError('A folder of models needs --out DIR.', {
    hint: 'For example: --out split',
  });
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
  const near = nearest(head, heads);
  throw new UserError(
    `--head ${head}: no model has this head. Expected one of ${heads.join(', ')}.`,
    {
      ...(near === undefined ? {} : {hint: `Did you mean ${near}?`}),
    },
  );
}
