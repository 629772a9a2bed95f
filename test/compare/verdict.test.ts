import {writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {isOnFront} from '../../src/compare/best.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {readRun} from '../../src/runs/run-record.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun, writtenRecord, type WrittenRun} from '../helpers/written-runs.js';

/** Compares runs that are written for it. */
async function compared(...runs: readonly Partial<WrittenRun>[]) {
  const folder = temporaryFolder();
  const records = runs.map((run, index) =>
    writtenRecord(folder, {
      id: `20260101-00000${index}-${run.experiment ?? 'x'}-${index}${index}${index}${index}`,
      experiment: 'x',
      heads: {},
      ...run,
    }),
  );
  const comparison = await compareRuns(await Promise.all(records));
  return {...comparison, sentences: verdictSentences(comparison)};
}

/** Right on all but the images from `first` on, so many of them. */
function wrong(first: number, count: number, images: number): number[] {
  return Array.from({length: images}, (_, image) =>
    image >= first && image < first + count ? 0 : 1,
  );
}

describe('the verdict on two runs', () => {
  it('refuses to pair other images, and says so', async () => {
    const {pairs, tests, groups, sentences} = await compared(
      {experiment: 'a', heads: {Male: right(3, 4)}},
      {experiment: 'b', heads: {Male: right(3, 4)}, files: ['2.jpg', '3.jpg', '4.jpg', '5.jpg']},
    );
    expect(sentences[0]).toMatchInlineSnapshot(
      `"a and b are not compared: their evaluation images differ (4 and 4 images, 2 in common); give both the same data.seed, sampling and split to compare them."`,
    );
    expect({tests, pairs}).toMatchObject({tests: 0, pairs: [{heads: []}]});
    expect(pairs[0]?.notCompared).toEqual({
      reason: 'different images',
      first: 4,
      second: 4,
      common: 2,
    });
    expect(groups).toHaveLength(2);
  });

  it('refuses to pair the same names with other labels', async () => {
    const folder = temporaryFolder();
    const names = ['a.jpg', 'b.jpg', 'c.jpg'];
    const one = {id: '20260101-000000-a-aaaa', experiment: 'a', files: names};
    // The images are sorted by name, so turning the names turns the labels.
    const other = {
      id: '20260101-000000-b-bbbb',
      experiment: 'b',
      files: ['b.jpg', 'a.jpg', 'c.jpg'],
    };
    const records = [one, other].map(run =>
      writtenRecord(folder, {...run, heads: {Male: right(2, 3)}}),
    );
    const {pairs} = await compareRuns(await Promise.all(records));
    expect(pairs[0]?.notCompared).toEqual({reason: 'different labels', head: 'Male'});
  });

  it('pairs by name, whatever the order of the images', async () => {
    const images = Array.from({length: 6}, (_, image) => `${image}.jpg`);
    const {pairs} = await compared(
      {experiment: 'a', heads: {Male: [1, 1, 1, 1, 1, 0]}, files: images},
      {
        experiment: 'b',
        heads: {Male: [1, 1, 1, 1, 0, 1]},
        files: [2, 1, 0, 3, 4, 5].map(i => images[i]!),
      },
    );
    expect(pairs[0]?.heads[0]).toMatchObject({
      firstOnlyCorrect: 1,
      secondOnlyCorrect: 1,
      difference: 0,
    });
  });

  it('says who is better on what, by how much, and at what cost', async () => {
    const {sentences, pairs} = await compared(
      {
        experiment: 'separate',
        heads: {Male: wrong(0, 20, 400), Smiling: wrong(0, 60, 400)},
        parameters: 1_374_596,
        seconds: 40,
      },
      {
        experiment: 'multi-output',
        heads: {Male: wrong(5, 18, 400), Smiling: wrong(50, 30, 400)},
        parameters: 200_004,
        seconds: 20,
      },
    );
    expect(sentences).toMatchInlineSnapshot(`
      [
        "multi-output is significantly better than separate on Smiling by 7.5 points (95 % interval 3.5 to 11.7, p = 0.001, n = 400 validation images) with 15 % of the parameters and half the time; no significant difference on Male (minimum detectable difference 2.4 points).",
      ]
    `);
    const smiling = pairs[0]?.heads[1];
    expect(smiling).toMatchObject({
      firstOnlyCorrect: 20,
      secondOnlyCorrect: 50,
      significant: true,
      images: 400,
    });
    // Two tests: the smaller p counts twice.
    expect(smiling?.pAdjusted).toBeCloseTo(2 * smiling!.p, 12);
  });

  it('says when each is better at something', async () => {
    const {sentences} = await compared(
      {experiment: 'a', heads: {Male: wrong(0, 5, 300), Smiling: wrong(0, 60, 300)}},
      {experiment: 'b', heads: {Male: wrong(0, 60, 300), Smiling: wrong(0, 5, 300)}},
    );
    expect(sentences).toMatchInlineSnapshot(`
      [
        "a is significantly better than b on Male by 18.3 points (95 % interval 14.4 to 23.1, p < 0.001, n = 300 validation images) with as many parameters and about the same time; b is significantly better than a on Smiling by 18.3 points (95 % interval 14.4 to 23.1, p < 0.001, n = 300 validation images).",
      ]
    `);
  });

  it('says how large a difference would have had to be', async () => {
    const {sentences} = await compared(
      {experiment: 'a', heads: {Male: wrong(0, 20, 200)}, seconds: 10},
      {experiment: 'b', heads: {Male: wrong(10, 22, 200)}, seconds: 10.5},
    );
    expect(sentences).toMatchInlineSnapshot(`
      [
        "No significant difference between a and b (n = 200 validation images) on Male (1.0 points, 95 % interval -3.8 to 5.9; minimum detectable difference 6.5 points); a has as many parameters and about the same time.",
      ]
    `);
  });

  it('counts many heads instead of naming them', async () => {
    const heads = (count: number) =>
      Object.fromEntries(
        Array.from({length: 40}, (_, index) => [
          `Head_${index}`,
          wrong(0, index < 6 ? count : 9, 200),
        ]),
      );
    const {sentences} = await compared(
      {experiment: 'a', heads: heads(0)},
      {experiment: 'b', heads: heads(60)},
    );
    expect(sentences).toMatchInlineSnapshot(`
      [
        "a is significantly better than b on Head_0 by 30.0 points (95 % interval 24.1 to 36.7, p < 0.001, n = 200 validation images), on Head_1 by 30.0 points (95 % interval 24.1 to 36.7, p < 0.001, n = 200 validation images), on Head_2 by 30.0 points (95 % interval 24.1 to 36.7, p < 0.001, n = 200 validation images), on Head_3 by 30.0 points (95 % interval 24.1 to 36.7, p < 0.001, n = 200 validation images) and on 2 more heads with as many parameters and about the same time; no significant difference on 34 heads (median minimum detectable difference 8.1 points).",
      ]
    `);
  });
});

describe('the verdict on groups', () => {
  const seeds = [1, 2, 3];
  const repeated = (experiment: string, rows: readonly number[][]): Partial<WrittenRun>[] =>
    rows.map((own, index) => ({experiment, heads: {Male: own}, seed: seeds[index]!}));

  it('pairs by seed and tests seeds and images together', async () => {
    const {pairs, groups, sentences} = await compared(
      ...repeated('a', [wrong(0, 10, 200), wrong(3, 12, 200), wrong(1, 11, 200)]),
      ...repeated('b', [wrong(40, 40, 200), wrong(42, 43, 200), wrong(39, 41, 200)]),
    );
    expect(groups.map(({name, seeds: own}) => [name, own])).toEqual([
      ['a', seeds],
      ['b', seeds],
    ]);
    expect(groups[0]?.heads['Male']?.metrics.accuracy.mean).toBeCloseTo(0.945, 10);
    expect(pairs[0]?.heads[0]?.method).toContain('seeds and images both random');
    expect(pairs[0]?.heads[0]?.bySeed).toMatchObject({seeds: 3});
    expect(sentences).toMatchInlineSnapshot(`
      [
        "a is significantly better than b on Male by 15.2 points (95 % interval 8.7 to 22.0, p < 0.001, 3 seeds, n = 200 validation images) with as many parameters and about the same time.",
      ]
    `);
  });

  it('uses the seeds in common, and refuses where there are none', async () => {
    const [one, two, three] = repeated('a', [right(9, 10), right(8, 10), right(9, 10)]);
    const some = await compared(one!, two!, {...three, experiment: 'b', seed: 2});
    expect(some.pairs[0]?.heads[0]).toMatchObject({
      firstOnlyCorrect: 0,
      secondOnlyCorrect: 1,
    });
    const none = await compared(one!, two!, {...three, experiment: 'b', seed: 9});
    expect(none.pairs[0]?.notCompared).toEqual({reason: 'no common seed'});
  });

  it('with other images for each seed is the paired t test over seeds', async () => {
    const files = (seed: number) => Array.from({length: 10}, (_, i) => `${seed}-${i}.jpg`);
    const rows = (experiment: string, rights: number[]) =>
      rights.map((count, index) => ({
        experiment,
        heads: {Male: right(count, 10)},
        seed: index,
        files: files(index),
      }));
    const {pairs} = await compared(...rows('a', [9, 8, 9]), ...rows('b', [6, 7, 6]));
    const head = pairs[0]?.heads[0];
    expect(head?.method).toBe('paired t test over seeds');
    // scipy.stats.ttest_rel([.9, .8, .9], [.6, .7, .6])
    expect(head?.p).toBeCloseTo(0.072827, 6);
  });

  it('takes a second run with the same seed for no new evidence', async () => {
    const run = {experiment: 'a', heads: {Male: right(9, 10)}, seed: 1};
    const {groups} = await compared(run, run, {...run, seed: 2});
    expect(groups.map(({name, seeds: own}) => [name, own])).toEqual([
      ['a 0000', [1, 2]],
      ['a 1111', [1]],
    ]);
  });

  it('keeps a failed repetition out of the numbers, and in the list', async () => {
    const run = {experiment: 'a', heads: {Male: right(9, 10)}};
    const {groups} = await compared(run, {
      ...run,
      seed: 2,
      last: {type: 'run.failed', message: 'no data', exitCode: 3},
    });
    expect(groups[0]).toMatchObject({seeds: [1], runs: [{}, {problem: 'no data'}]});
  });
});

describe('the verdict on a matrix', () => {
  const scale = (value: number, count: number, seconds: number): Partial<WrittenRun> => ({
    experiment: `scale-factor.scale-${value}`,
    file: 'scale-factor',
    variant: {'data.image.scale': value},
    definition: {data: {image: {scale: value}}},
    heads: {Male: wrong(0, count, 400)},
    seconds,
  });

  it('marks the Pareto front over the axis, and says which is quickest of those not beaten', async () => {
    const {axis, groups, sentences} = await compared(
      scale(1.5, 21, 100),
      scale(2, 20, 60),
      scale(3, 24, 30),
      scale(4, 70, 20),
    );
    expect(axis).toBe('data.image.scale');
    const front = groups.map(group => [group.variant[axis!], isOnFront(group, groups)]);
    expect(front).toEqual([
      [1.5, false],
      [2, true],
      [3, true],
      [4, true],
    ]);
    expect(sentences).toMatchInlineSnapshot(`
      [
        "Highest accuracy on Male: scale-factor.scale-2 (0.950); not significantly different: scale-factor.scale-1.5 and scale-factor.scale-3; significantly worse: scale-factor.scale-4.",
        "Fastest to train of the designs that no other significantly beats on any head: scale-factor.scale-3, with 50 % of the time of scale-factor.scale-2, which has the highest mean accuracy.",
      ]
    `);
  });

  it('compares a crowd with its best, as if all pairs had been tested', async () => {
    const crowd = Array.from({length: 14}, (_, index) => scale(index + 1, index * 5, 10));
    const {pairs, tests, comparedWith, sentences} = await compared(...crowd.reverse());
    expect(pairs).toHaveLength(13);
    expect(tests).toBe((14 * 13) / 2);
    expect(comparedWith).toBe('scale-factor.scale-1');
    const {p, pAdjusted} = pairs[0]!.heads[0]!;
    expect(pAdjusted).toBeCloseTo(Math.min(1, 91 * p), 12);
    expect(sentences).toMatchInlineSnapshot(`
      [
        "Highest accuracy of 14 designs: scale-factor.scale-1 (1.000); not significantly different: scale-factor.scale-3 and scale-factor.scale-2; significantly worse: scale-factor.scale-14, scale-factor.scale-13, scale-factor.scale-12, scale-factor.scale-11, scale-factor.scale-10, scale-factor.scale-9 and 5 more.",
      ]
    `);
  });
});

describe('a run without usable predictions', () => {
  it('is said to have none, with the line that is wrong', async () => {
    const folder = temporaryFolder();
    const run = {experiment: 'a', heads: {Male: right(9, 10)}};
    const written = writeRun(folder, {...run, id: '20260101-000000-a-aaaa'});
    writeFileSync(
      written.predictions,
      'file,split,head,label,predicted,probability\n1.jpg,test,Male,7,0,0.5\n',
    );
    const {groups} = await compareRuns([await readRun(written)]);
    expect(groups[0]?.runs[0]?.problem).toBe(
      'no predictions: Line 2: expected 0, 1 or nothing, 0 or 1, and a probability; received 7, 0, 0.5.',
    );
  });
});
