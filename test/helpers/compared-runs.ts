import {compareRuns, type Comparison} from '../../src/compare/comparison.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {findRuns} from '../../src/app/find-runs.js';
import {temporaryFolder} from './temporary-folder.js';
import {right, writeRun, type WrittenRun} from './written-runs.js';

export const separate: WrittenRun = {
  id: '20260101-000000-separate-aaaa',
  experiment: 'separate',
  heads: {Male: right(8, 10)},
  definition: {model: {kind: 'separate'}, training: {epochs: 2}},
};
export const multiOutput: WrittenRun = {
  id: '20260101-000001-multi-output-bbbb',
  experiment: 'multi-output',
  heads: {Male: right(9, 10)},
  parameters: 617,
  seconds: 1,
  definition: {model: {kind: 'multi-output'}, training: {epochs: 2}},
};

/** A folder with these runs. */
export function written(...runs: readonly WrittenRun[]): string {
  const folder = temporaryFolder();
  for (const run of runs) writeRun(folder, run);
  return folder;
}

/** These runs side by side, with the verdict in words. */
export async function compared(
  ...runs: readonly WrittenRun[]
): Promise<Comparison & {readonly sentences: readonly string[]}> {
  const folder = written(...runs);
  const comparison = await compareRuns(
    await findRuns(
      runs.map(({id}) => id),
      folder,
    ),
  );
  return {...comparison, sentences: verdictSentences(comparison)};
}
