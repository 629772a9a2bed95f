import {describe, expect, it} from 'vitest';
import {compareRuns} from '../../src/compare/comparison.js';
import {findRuns} from '../../src/app/find-runs.js';
import {comparisonText} from '../../src/report/formats.js';
import {compared, multiOutput, separate, written} from '../helpers/compared-runs.js';
import {right, type WrittenRun} from '../helpers/written-runs.js';

const first: WrittenRun = {
  ...separate,
  heads: {Male: right(30, 40), Smiling: right(20, 40)},
};
const second: WrittenRun = {
  ...multiOutput,
  heads: {Male: right(36, 40), Smiling: right(24, 40)},
};
/** Only the second design classifies these correctly, so that without them both are equal. */
const missing = [30, 31, 32, 33, 34, 35];

describe('images whose label of a head is missing', () => {
  it('count for the other heads, and in no number of this one', async () => {
    const unlabelled = {Male: missing};
    const comparison = await compared({...first, unlabelled}, {...second, unlabelled});
    const [, multi] = comparison.groups;
    expect(multi?.heads['Male']).toMatchObject({images: 34});
    expect(multi?.heads['Male']?.metrics.accuracy.mean).toBeCloseTo(30 / 34, 12);
    expect(multi?.heads['Smiling']).toMatchObject({images: 40});
    expect(multi?.overall.meanAccuracy.mean).toBeCloseTo((30 / 34 + 24 / 40) / 2, 12);
    const [male, smiling] = comparison.pairs[0]!.heads;
    expect(male).toMatchObject({images: 34, difference: 0, firstOnlyCorrect: 0});
    expect(smiling).toMatchObject({images: 40, secondOnlyCorrect: 4});
    const text = comparisonText(comparison);
    expect(text).toContain('Male (n = 34 validation images; 0.0 points');
    expect(text).toContain('n = 34 to 40 validation images');
    expect(text).toMatch(/^head +run +n +majority/m);
  });

  it('are left out where one of two designs lacks the label', async () => {
    const comparison = await compared(first, {...second, unlabelled: {Male: missing}});
    const [male] = comparison.pairs[0]!.heads;
    expect(male).toMatchObject({images: 34, difference: 0});
  });

  it('weigh in the mean over heads as much as the images that are there', async () => {
    const runs = [first, second].map(run => ({...run, unlabelled: {Male: missing}}));
    const comparison = await compareRuns(
      await findRuns(
        runs.map(({id}) => id),
        written(...runs),
      ),
      {metric: 'meanAccuracy'},
    );
    const [test] = comparison.pairs[0]!.heads;
    expect(test?.difference).toBeCloseTo(-(4 / 40) / 2, 12);
    expect(test?.secondOnlyCorrect).toBe(4);
  });

  it('leave a head without any label out of the tests', async () => {
    const unlabelled = {Male: Array.from({length: 40}, (_, image) => image)};
    const comparison = await compared({...first, unlabelled}, {...second, unlabelled});
    expect(comparison.pairs[0]!.heads.map(({head}) => head)).toEqual(['Smiling']);
    expect(comparison.groups[0]?.heads['Male']).toMatchObject({images: 0});
  });
});
