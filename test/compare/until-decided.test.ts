import {describe, expect, it} from 'vitest';
import {compareRuns, type Comparison} from '../../src/compare/comparison.js';
import {comparisonCsv, comparisonJson, comparisonText} from '../../src/report/formats.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {verdictNotes} from '../../src/report/text/verdict-notes.js';
import type {UntilDecided} from '../../src/runs/searches.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writtenRecord, type WrittenHeads} from '../helpers/written-runs.js';

const IMAGES = 400;
const plan: UntilDecided = {id: 'abc', difference: 0.05, seeds: [11, 12, 13, 14, 15, 16]};

/** Images that are right, from one number up to another; wrong is a rotating handful. */
function wrongAt(from: number, count: number): number[] {
  return Array.from({length: IMAGES}, (_, image) =>
    image >= from && image < from + count ? 0 : 1,
  );
}

/** Right answers of two designs by seed: the first is far better on Male and equal on Smiling. */
function answers(design: 'wide' | 'narrow', seed: number): WrittenHeads {
  return {
    Male: design === 'wide' ? wrongAt(5 * seed, 10) : wrongAt(100 + 5 * seed, 110 + seed),
    Smiling: wrongAt(design === 'wide' ? 7 * seed : 7 * seed + 3, 40),
  };
}

type Searches = {
  /** The search that each run names. */
  readonly search?: () => UntilDecided | undefined;
  /** The search that the comparison is told of. */
  readonly explicit?: UntilDecided;
};

async function comparedSeeds(
  seeds: readonly number[],
  {search = () => plan, explicit}: Searches = {},
): Promise<Comparison> {
  const runs = temporaryFolder();
  const records = await Promise.all(
    seeds.flatMap((seed, index) =>
      (['wide', 'narrow'] as const).map(design => {
        const untilDecided = search();
        return writtenRecord(runs, {
          id: `20260101-0000${String(index).padStart(2, '0')}-${design}-${design === 'wide' ? 'aaaa' : 'bbbb'}`,
          experiment: design,
          heads: answers(design, seed - 11),
          seed,
          definition: {model: {kind: design}},
          ...(untilDecided === undefined ? {} : {untilDecided}),
        });
      }),
    ),
  );
  return compareRuns(records, {untilDecided: explicit});
}

const testOf = (comparison: Comparison, head: string) =>
  comparison.pairs[0]!.heads.find(test => test.head === head)!;

describe('runs to which seeds were added until the difference was decided', () => {
  it('are tested at every look, and say after how many seeds each head was decided', async () => {
    const comparison = await comparedSeeds([11, 12, 13, 14, 15]);
    expect(comparison.untilDecided).toEqual({difference: 0.05, firstLook: 3, maxSeeds: 6});
    const male = testOf(comparison, 'Male');
    expect(male).toMatchObject({significant: true, sequential: {outcome: 'first better'}});
    expect(male.pAdjusted).toBeGreaterThan(male.p);
    expect(male.pAdjusted).toBeLessThanOrEqual(0.05);
    expect(testOf(comparison, 'Smiling')).toMatchObject({
      significant: false,
      sequential: {outcome: 'smaller', margin: 0.05},
    });
  });

  it('keep the numbers of the look that decided, whatever seeds came later', async () => {
    const before = await comparedSeeds([11, 12, 13, 14]);
    const after = await comparedSeeds([11, 12, 13, 14, 15, 16]);
    expect(testOf(before, 'Male').bySeed?.seeds).toBeLessThan(5);
    expect(testOf(after, 'Male')).toEqual(testOf(before, 'Male'));
  });

  it('are open with fewer than three seeds, however clear the difference is', async () => {
    const comparison = await comparedSeeds([11, 12]);
    const male = testOf(comparison, 'Male');
    expect(male).toMatchObject({significant: false, pAdjusted: 1, sequential: {outcome: 'open'}});
    expect(verdictNotes(comparison)).toContain(
      'Not decided yet: Male and Smiling. To add seeds: celeba-tui run --resume',
    );
  });

  it('are looked at in the order of the plan, up to the first seed that has no result', async () => {
    const inOrder = await comparedSeeds([11, 12, 13]);
    const shuffled = await comparedSeeds([13, 11, 12]);
    expect(testOf(shuffled, 'Male')).toEqual(testOf(inOrder, 'Male'));
    const withGap = await comparedSeeds([11, 12, 14, 15]);
    expect(testOf(withGap, 'Male')).toMatchObject({
      bySeed: {seeds: 2},
      sequential: {outcome: 'open'},
    });
  });

  it('say in words, tables and JSON that they were decided sequentially', async () => {
    const comparison = await comparedSeeds([11, 12, 13, 14, 15]);
    const [sentence] = verdictSentences(comparison);
    expect(sentence).toMatch(
      /^wide is significantly better than narrow on Male by 2\d\.\d points \(95 % interval .*, p .*, \d seeds, n = 400 validation images\)/,
    );
    expect(sentence).toMatch(/; the difference is smaller than 5\.0 points on Smiling \(/);
    const text = comparisonText(comparison);
    expect(text).toContain(
      'Decided sequentially: tested after 3 seeds and after each further one, up to 6. p is adjusted for the looks (alpha spending) and for 2 tests (Holm); intervals are not.',
    );
    expect(text).toMatch(/wide better, \d seeds/);
    expect(text).toContain('p of one look');
    expect(JSON.parse(comparisonJson(comparison))).toMatchObject({
      untilDecided: {maxSeeds: 6},
      pairs: [
        {heads: [{sequential: {outcome: 'first better'}}, {sequential: {outcome: 'smaller'}}]},
      ],
    });
    const [header, row] = comparisonCsv(comparison, 'pairs').split('\n');
    expect(header).toContain('outcome,margin,pSmaller');
    expect(row).toContain('first better,0.05,');
  });

  it('that used their budget say what is not decided, and what to do', async () => {
    const strict = {...plan, difference: 0.001};
    const comparison = await comparedSeeds(plan.seeds, {search: () => strict});
    expect(testOf(comparison, 'Smiling').sequential?.outcome).toBe('open');
    expect(verdictNotes(comparison).join('\n')).toContain(
      'Not decided with 6 seeds, the budget: Smiling.',
    );
  });

  it('take an explicit plan for runs that an earlier command trained', async () => {
    const comparison = await comparedSeeds([11, 12, 13], {
      search: () => undefined,
      explicit: plan,
    });
    expect(testOf(comparison, 'Male').sequential?.outcome).toBe('first better');
  });

  it('of two searches are tested as usual, with a warning that p does not account for the looks', async () => {
    let count = 0;
    const comparison = await comparedSeeds([11, 12, 13], {
      search: () => ({...plan, id: String(count++ % 2)}),
    });
    expect(comparison.untilDecided).toBeUndefined();
    expect(verdictNotes(comparison).join('\n')).toContain('p does not account for that');
  });
});
