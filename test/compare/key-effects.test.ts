import {describe, expect, it} from 'vitest';
import {compareRuns, type Comparison} from '../../src/compare/comparison.js';
import {comparisonCsv, comparisonText} from '../../src/report/formats.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writtenRecord} from '../helpers/written-runs.js';

const IMAGES = 400;
const SEEDS = 3;

/** Wrong on every image whose number, turned by the seed, is below `count`. */
function answers(count: number, turn: number): number[] {
  return Array.from({length: IMAGES}, (_, image) => ((image + turn * 37) % IMAGES < count ? 0 : 1));
}

/** A matrix of scales and rates, each design with some seeds; `count` images are wrong. */
async function matrix(
  designs: readonly {scale: number; rate: number; count: number}[],
): Promise<Comparison> {
  const folder = temporaryFolder();
  const records = designs.flatMap(({scale, rate, count}, index) =>
    Array.from({length: SEEDS}, (_, seed) =>
      writtenRecord(folder, {
        id: `20260101-0000${index}${seed}-m-${index}${seed}${index}${seed}`,
        experiment: `m.scale-${scale}.rate-${rate}`,
        seed,
        variant: {'data.image.scale': scale, rate},
        definition: {data: {image: {scale}}, rate},
        heads: {Male: answers(count, seed)},
      }),
    ),
  );
  return compareRuns(await Promise.all(records));
}

const square = [
  {scale: 2, rate: 0.1, count: 40},
  {scale: 2, rate: 0.01, count: 41},
  {scale: 4, rate: 0.1, count: 100},
  {scale: 4, rate: 0.01, count: 101},
];

describe('the keys of a matrix', () => {
  it('are averaged over each other, and the key that matters is named', async () => {
    const comparison = await matrix(square);
    const [scale, rate] = comparison.effects;
    expect(scale).toMatchObject({key: 'data.image.scale', best: {Male: '2'}});
    expect(rate).toMatchObject({key: 'rate', best: {Male: '0.1'}});
    const [two, four] = scale!.values;
    expect(two).toMatchObject({value: '2', designs: 2, tests: {}});
    expect(two!.means['Male']).toBeCloseTo(1 - 40.5 / IMAGES, 12);
    expect(four!.tests['Male']!.difference).toBeCloseTo(-60 / IMAGES, 12);
    expect(four!.tests['Male']).toMatchObject({pairs: 2 * SEEDS, significant: true});
    expect(rate!.values[1]!.tests['Male']!.difference).toBeCloseTo(-1 / IMAGES, 12);
    expect(verdictSentences(comparison).at(-1)).toBe(
      'Averaged over the other keys, the accuracy significantly depends on data.image.scale (Male: 2 is better than 4 by 15.0 points).',
    );
  });

  it('are a table in text, and rows of a CSV', async () => {
    const comparison = await matrix(square);
    expect(comparisonText(comparison)).toMatch(
      /key +head +value +designs +mean +to the best +95 % +p\n.*\n? *data\.image\.scale +Male +2 +2 +0\.899/,
    );
    const rows = comparisonCsv(comparison, 'effects').trim().split('\n');
    expect(rows).toHaveLength(5);
    expect(rows[2]).toMatch(/^data\.image\.scale,Male,4,2,0\.748\d*,2,6,-0\.15/);
  });

  it('adjusts p for all pairs of values of all keys', async () => {
    const {effects} = await matrix(square);
    for (const {tests} of effects.flatMap(({values}) => values))
      for (const {p, pAdjusted} of Object.values(tests))
        expect(pAdjusted).toBeCloseTo(Math.min(1, 2 * p), 12);
  });

  it('leave out values that no other design differs from in them alone', async () => {
    const {effects} = await matrix([square[0]!, square[3]!]);
    expect(effects.flatMap(({values}) => values.map(({tests}) => tests))).toEqual([{}, {}, {}, {}]);
  });

  it('have no table of their own where only one differs: the pairs say it', async () => {
    const {effects} = await matrix([square[0]!, square[2]!]);
    expect(effects).toEqual([]);
  });

  it('says that no key matters where none does', async () => {
    const comparison = await matrix(square.map(design => ({...design, count: 40})));
    expect(verdictSentences(comparison).at(-1)).toBe(
      'Averaged over the other keys, no key changes the accuracy significantly.',
    );
  });
});
