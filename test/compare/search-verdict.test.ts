import {describe, expect, it} from 'vitest';
import {compareRuns} from '../../src/compare/comparison.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writtenRecord} from '../helpers/written-runs.js';

/** The verdict on two trials of a search, whose file is at a place. */
async function verdictOf(place: string): Promise<readonly string[]> {
  const runs = temporaryFolder();
  const search = {
    ...{method: 'random', runs: 2, metric: 'Male.validation.accuracy'},
    space: {'training.batchSize': [8, 16]},
  };
  const records = [1, 2].map(number =>
    writtenRecord(runs, {
      id: `20260101-00000${number}-faces.${number}-0000`,
      ...{experiment: `faces.${number}`, file: 'faces'},
      heads: {Male: right(2 + 2 * number, 8)},
      variant: {'training.batchSize': 8 * number},
      info: {path: place, trial: {...{id: 's', number, round: 0, epochs: 1}, search}},
    }),
  );
  return verdictSentences(await compareRuns(await Promise.all(records)));
}

describe('the verdict on a search', () => {
  it('names the experiment as run finds it: by its name, or by its path', async () => {
    expect((await verdictOf('/home/me/experiments/faces.yaml')).at(-1)).toContain(
      ': celeba-tui run faces --set training.batchSize=16',
    );
    for (const place of ['/home/me/faces.yaml', '/home/me/experiments/other.yaml'])
      expect((await verdictOf(place)).at(-1)).toContain(
        `: celeba-tui run ${place} --set training.batchSize=16`,
      );
  });
});
