import {describe, expect, it} from 'vitest';
import {comparisonText} from '../../src/report/formats.js';
import {bestOnHead} from '../../src/compare/best.js';
import type {Comparison} from '../../src/compare/comparison.js';
import {comparisonCsv} from '../../src/report/formats.js';
import {comparisonJson} from '../../src/report/formats.js';
import {comparisonMarkdown} from '../../src/report/formats.js';
import {runTable} from '../../src/report/tables/tables.js';
import {BEST_MARK, compareColumns} from '../../src/tui/text/compare-columns.js';
import {compared} from '../helpers/compared-runs.js';
import {right, type WrittenRun} from '../helpers/written-runs.js';

let next = 0;

/** A run of a design that has so many of 200 images right. */
function run(experiment: string, correct: number, rest: Partial<WrittenRun> = {}): WrittenRun {
  next += 1;
  return {
    id: `20260101-000000-${experiment}-${String(next).padStart(4, '0')}`,
    experiment,
    heads: {Male: right(correct, 200)},
    ...rest,
  };
}

/** The cells of the terminal's table and of the interface's that are marked as the best. */
function marked(comparison: Comparison): {terminal: string[]; interface: string[]} {
  const {header, rows} = runTable(comparison);
  return {
    terminal: rows.flatMap(cells =>
      cells.flatMap((cell, at) => (cell.endsWith('*') ? [`${header[at]}: ${cells[0]}`] : [])),
    ),
    interface: compareColumns(comparison, false, []).flatMap(({title, cell}) =>
      comparison.groups
        .filter(row => cell(row).text.endsWith(BEST_MARK))
        .map(({name}) => `${title}: ${name}`),
    ),
  };
}

describe('the mark of the best', () => {
  it('is on no accuracy where the verdict finds no significant difference', async () => {
    const marks = marked(await compared(run('a', 180), run('b', 184)));
    expect(marks).toEqual({terminal: [], interface: []});
  });

  it('is on the same cells in the terminal and in the interface, and on no cost', async () => {
    const comparison = await compared(
      run('a', 120, {parameters: 50, seconds: 5}),
      run('b', 190, {parameters: 99, seconds: 9}),
    );
    expect(marked(comparison)).toEqual({
      terminal: ['Male (95 %): b'],
      interface: ['Male: b'],
    });
    expect(comparisonText(comparison)).toContain(
      '\n* significantly better than every other design',
    );
  });

  it('is on none of two that are both significantly better than a third', async () => {
    const comparison = await compared(run('a', 120), run('b', 190), run('c', 191));
    expect(bestOnHead('Male', comparison)).toBeUndefined();
    expect(marked(comparison).terminal).toEqual([]);
  });

  it('is on no design that was not compared with every other', async () => {
    const files = Array.from({length: 200}, (_, image) => `other-${image}.jpg`);
    const comparison = await compared(run('a', 120), run('b', 190), run('c', 60, {files}));
    expect(bestOnHead('Male', comparison)).toBeUndefined();
  });
});

describe('the sign of a difference', () => {
  it('is first minus second in the sentence, the table, the CSV, the JSON and the Markdown', async () => {
    const comparison = await compared(
      run('a', 184, {parameters: 99}),
      run('b', 180, {parameters: 50}),
    );
    expect(comparison.sentences[0]).toContain(
      'between a and b (n = 200 validation images) on Male (2.0 points, ',
    );
    expect(comparisonText(comparison)).toMatch(/\na - b +Male +2\.0 /);
    expect(comparisonCsv(comparison, 'pairs')).toContain('\na,b,Male,200,1,0.02,');
    expect(JSON.parse(comparisonJson(comparison))).toMatchObject({
      pairs: [{first: 'a', second: 'b', heads: [{difference: 0.02}]}],
    });
    expect(comparisonMarkdown(comparison)).toContain('| a - b | Male | 2.0 |');
  });
});

describe('two seeds', () => {
  const twoSeeds = (experiment: string, ...correct: readonly number[]): WrittenRun[] =>
    correct.map((count, seed) => run(experiment, count, {seed}));

  it('are called too few, and give no impossible number', async () => {
    const comparison = await compared(...twoSeeds('a', 150, 190), ...twoSeeds('b', 180, 140));
    const text = comparisonText(comparison);
    expect(text).toContain('Two seeds are too few to tell how much results vary between seeds');
    expect(text).toContain('two seeds are too few to detect any difference');
    const [head] = comparison.pairs[0]!.heads;
    expect(head!.significant).toBe(false);
    expect(head!.ciLow).toBeGreaterThanOrEqual(-1);
    expect(head!.ciHigh).toBeLessThanOrEqual(1);
    for (const {heads} of comparison.groups) {
      expect(heads['Male']!.metrics.accuracy.ciLow).toBeGreaterThan(0);
      expect(heads['Male']!.metrics.accuracy.ciHigh).toBeLessThanOrEqual(1);
    }
  });

  it('that agree have the interval that the images allow', async () => {
    const comparison = await compared(...twoSeeds('a', 151, 151), ...twoSeeds('b', 151, 151));
    expect(comparisonText(comparison)).toContain('0.755 ± 0.000 (0.691-0.810)');
    const [head] = comparison.pairs[0]!.heads;
    expect(head).toMatchObject({difference: 0, p: 1, significant: false});
    expect(head!.ciHigh).toBeGreaterThan(0.01);
    expect(head!.minimumDetectable).toBeGreaterThan(0.01);
  });
});

describe('the edges of a comparison', () => {
  it.each([
    ['one image', right(1, 1), right(0, 1)],
    ['all right', right(50, 50), right(50, 50)],
    ['all wrong', right(0, 50), right(0, 50)],
    ['all right against all wrong', right(50, 50), right(0, 50)],
  ])('have possible numbers: %s', async (_, first, second) => {
    for (const seeds of [[1], [1, 2], [1, 2, 3]]) {
      const runs = seeds.flatMap(seed => [
        run('a', 0, {seed, heads: {Male: first}}),
        run('b', 0, {seed, heads: {Male: second}}),
      ]);
      const {groups, pairs} = await compared(...runs);
      const {difference, ciLow, ciHigh, p, minimumDetectable} = pairs[0]!.heads[0]!;
      expect(ciLow).toBeGreaterThanOrEqual(-1);
      expect(ciLow).toBeLessThanOrEqual(difference);
      expect(ciHigh).toBeGreaterThanOrEqual(difference);
      expect(ciHigh).toBeLessThanOrEqual(1);
      expect(ciHigh - ciLow).toBeGreaterThan(0);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(minimumDetectable === minimumDetectable && minimumDetectable > 1).toBe(false);
      for (const {heads} of groups)
        expect(heads['Male']!.metrics.accuracy.ciHigh).toBeGreaterThan(
          heads['Male']!.metrics.accuracy.ciLow,
        );
    }
  });

  it('write a tiny p as less than 0.001, also among hundreds of heads', async () => {
    const heads = (correct: number) =>
      Object.fromEntries(Array.from({length: 300}, (_, at) => [`H${at}`, right(correct, 100)]));
    const comparison = await compared(
      run('a', 0, {heads: heads(99)}),
      run('b', 0, {heads: heads(40)}),
    );
    expect(comparison.tests).toBe(300);
    expect(comparison.sentences[0]).toContain('p < 0.001');
    expect(comparison.sentences[0]).toContain('and on 296 more heads');
    expect(comparisonText(comparison)).not.toMatch(/\b0\.000\b.*yes/);
  });

  it('compare heads that only some runs have where both have them', async () => {
    const {pairs, sentences} = await compared(
      run('a', 0, {heads: {Male: right(90, 100), Smiling: right(80, 100)}}),
      run('b', 0, {heads: {Male: right(91, 100)}}),
    );
    expect(pairs[0]?.heads.map(({head}) => head)).toEqual(['Male']);
    expect(sentences).toHaveLength(1);
  });

  it('say a few sentences about 45 designs', async () => {
    const {sentences, pairs} = await compared(
      ...Array.from({length: 45}, (_, at) => run(`design-${at}`, 100 + 2 * at)),
    );
    expect(pairs).toHaveLength(44);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]!.length).toBeLessThan(400);
  });
});

describe('a seed that only one design has', () => {
  it('is named, since it counts in its row and in no test', async () => {
    const comparison = await compared(
      run('a', 180, {seed: 1}),
      run('b', 140, {seed: 1}),
      run('b', 160, {seed: 7}),
    );
    expect(comparison.pairs[0]!.heads[0]!.difference).toBeCloseTo(0.2, 10);
    expect(comparisonText(comparison)).toContain(
      'Tests pair runs of the same seed: seed 7 of b counts in its row only, because no other design was trained with it.',
    );
  });

  it('is not spoken of where designs have the same seeds, or a single run each', async () => {
    const both = await compared(run('a', 180, {seed: 1}), run('b', 140, {seed: 1}));
    const single = await compared(run('a', 180, {seed: 1}), run('b', 140, {seed: 2}));
    for (const comparison of [both, single])
      expect(comparisonText(comparison)).not.toContain('Tests pair runs');
  });
});
