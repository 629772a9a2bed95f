import path from 'node:path';
import {layersFiles} from '../artifacts/layers-model.js';
import {placeModel} from '../artifacts/exports/place-model.js';
import {splitHead} from '../artifacts/exports/split.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {nearest} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import {findModels, type NamedModels} from '../app/named-models.js';
import {openModels, type OpenModel} from '../app/open-models.js';
import type {Streams} from '../app/streams.js';

export type SplitFlags = {readonly runs: string; readonly head?: string; readonly out?: string};

/** Writes a single-head model for each head, and prints their folders. */
export async function runSplit(
  name: string,
  {runs, head, out}: SplitFlags,
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const found = await findModels(name, runs);
  const models = await openModels(found);
  const wanted = headsOf(models, head);
  const isSingle = models.every(({plan}) => plan.heads.length === 1);
  if (isSingle)
    stderr.write('note: every model has one head already; they are written as they are.\n');
  const folder = path.resolve(out ?? defaultFolder(found));
  const root = out === undefined ? (found.run?.path ?? folder) : folder;
  for (const {model, head: own} of wanted) {
    const target = path.join(folder, own);
    await placeModel(root, target, layersFiles(splitHead(model.file, model.plan, own)));
    stdout.write(`${printable(target)}\n`);
  }
  return 0;
}

function defaultFolder({run}: NamedModels): string {
  if (run !== undefined) return run.split;
  throw new UserError('A folder of models was named. Expected --out DIR beside it.', {
    hint: 'For example: --out split',
  });
}

/** Which heads, each with the model that has it. @throws UserError where there is no such head. */
export function headsOf(
  models: readonly OpenModel[],
  head: string | undefined,
): {readonly model: OpenModel; readonly head: string}[] {
  const all = models.flatMap(model => model.plan.heads.map(own => ({model, head: own})));
  if (head === undefined) return all;
  const wanted = all.filter(candidate => candidate.head === head);
  if (wanted.length > 0) return wanted;
  const heads = all.map(candidate => candidate.head);
  const near = nearest(head, heads);
  throw new UserError(
    `--head ${head}: there is no such head. Expected one of ${heads.join(', ')}.`,
    {
      ...(near === undefined ? {} : {hint: `Did you mean ${near}?`}),
    },
  );
}
