import {rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {parse} from 'csv-parse/sync';
import {describe, expect, it} from 'vitest';
import {findRuns} from '../../src/app/find-runs.js';
import {compareRuns, type Comparison, type CompareOptions} from '../../src/compare/comparison.js';
import {
  comparisonCsv,
  comparisonJson,
  comparisonMarkdown,
  comparisonText,
} from '../../src/report/formats.js';
import {verdictNotes} from '../../src/report/text/verdict-notes.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun, type WrittenRun} from '../helpers/written-runs.js';

const IMAGES = 200;
/** The second half of the images is male; of each half, every second image has the label 1. */
const male = Array.from({length: IMAGES}, (_, image) => (image < IMAGES / 2 ? 0 : 1));

function runOf(name: string, change: Partial<WrittenRun> = {}): WrittenRun {
  return {
    id: `20260101-000000-${name}-0001`,
    experiment: name,
    heads: {Smiling: right(180, IMAGES)},
    part: 'test',
    definition: {model: {kind: name}, evaluation: {slices: ['Male']}},
    attributes: {Male: male},
    ...change,
  };
}

async function comparisonOf(
  runs: readonly WrittenRun[],
  options: CompareOptions = {},
  spoil: (folder: RunFolder) => void = () => {},
): Promise<Comparison> {
  const folder = temporaryFolder();
  const folders = runs.map(run => writeRun(folder, run));
  spoil(folders[0]!);
  return compareRuns(
    await findRuns(
      runs.map(({id}) => id),
      folder,
    ),
    options,
  );
}

describe('a run whose slices cannot be read', () => {
  it.each([
    ['missing', (folder: RunFolder) => rmSync(folder.slices), 'ENOENT'],
    [
      'a link',
      (folder: RunFolder) => {
        rmSync(folder.slices);
        symlinkSync('/etc/passwd', folder.slices);
      },
      'it is a link, not a file',
    ],
    [
      'of other attributes',
      (folder: RunFolder) => writeFileSync(folder.slices, 'file,split,Young\n0.jpg,validation,1\n'),
      'have no row',
    ],
  ])(
    'because slices.csv is %s is compared without them, with the reason',
    async (_what, spoil, reason) => {
      const comparison = await comparisonOf([runOf('a'), runOf('b')], {}, spoil);
      expect(comparison.groups.map(({heads}) => heads.Smiling?.metrics.accuracy.mean)).toEqual([
        0.9, 0.9,
      ]);
      expect(comparison.slices.map(({group}) => group)).toEqual(['b']);
      const notes = verdictNotes(comparison).join();
      expect(notes).toContain(
        '20260101-000000-a-0001 has no slices, because slices.csv cannot be used',
      );
      expect(notes).toContain(reason);
      expect(comparisonText(comparison)).toContain(
        'No slices: a. Run again with evaluation.slices.',
      );
    },
  );

  it('because its definition holds something else has none', async () => {
    const definition = {evaluation: {slices: [{__proto__: 1}, 'x'.repeat(1000)]}};
    const comparison = await comparisonOf([runOf('a', {definition})]);
    expect(comparison.slices).toEqual([]);
  });
});

describe('--metric worst-slice', () => {
  it('is refused where no run has slices', async () => {
    const plain = {id: '20260101-000000-a-0001', experiment: 'a', heads: {Smiling: right(9, 10)}};
    await expect(comparisonOf([plain], {metric: 'worstSlice'})).rejects.toMatchObject({
      message: expect.stringContaining('None of these runs has slices') as string,
      hint: expect.stringContaining('--set evaluation.slices=[Male]') as string,
      exitCode: 2,
    });
  });

  it('does not compare a design without slices, or with other ones', async () => {
    const plain = runOf('b', {definition: {model: {kind: 'b'}}});
    const comparison = await comparisonOf([runOf('a'), plain], {metric: 'worstSlice'});
    expect(verdictSentences(comparison).join()).toContain(
      'a and b are not compared: they have no slices of 20 images or more in common',
    );
  });

  it('finds the design that is worse in its worst slice, though both have the same accuracy', async () => {
    const even = Array.from({length: IMAGES}, (_, image) => (image % 10 === 0 ? 0 : 1));
    const comparison = await comparisonOf([runOf('a'), runOf('b', {heads: {Smiling: even}})], {
      metric: 'worstSlice',
    });
    const [first, second] = comparison.groups;
    expect(first!.heads.Smiling!.metrics.worstSlice.mean).toBeCloseTo(0.8, 12);
    expect(second!.heads.Smiling!.metrics.worstSlice.mean).toBeCloseTo(0.9, 12);
    const [test] = comparison.pairs[0]!.heads;
    expect(test).toMatchObject({
      ...{firstSlice: 'Male=1', secondSlice: 'Male=0', images: IMAGES},
      difference: expect.closeTo(-0.1, 12) as number,
    });
    expect(test!.ciLow).toBeLessThan(-0.1);
    expect(test!.ciHigh).toBeGreaterThan(-0.1);
    const accuracy = await comparisonOf([runOf('a'), runOf('b', {heads: {Smiling: even}})]);
    expect(accuracy.pairs[0]!.heads[0]!.difference).toBeCloseTo(0, 12);
    expect(verdictSentences(comparison).join()).toContain('in accuracy in the worst slice');
    expect(verdictSentences(comparison).join()).toContain('worst slices Male=1 and Male=0');
  });

  it('is significant where the worst slices clearly differ, and never where both are the same', async () => {
    const good = runOf('b', {heads: {Smiling: right(IMAGES, IMAGES)}});
    const bad = runOf('a', {heads: {Smiling: right(150, IMAGES)}});
    const clear = await comparisonOf([bad, good], {metric: 'worstSlice'});
    expect(clear.pairs[0]!.heads[0]).toMatchObject({significant: true, better: 'second'});
    const same = await comparisonOf([runOf('a'), runOf('b')], {metric: 'worstSlice'});
    expect(same.pairs[0]!.heads[0]).toMatchObject({significant: false, difference: 0, p: 1});
  });
});

describe('slices in tables', () => {
  const small = Array.from({length: IMAGES}, (_, image) => (image < 7 ? 1 : 0));
  const runs = [
    runOf('a', {
      attributes: {Male: male, Hat: small},
      definition: {evaluation: {slices: ['Male', 'Hat']}},
    }),
  ];

  it('say which are too small, and leave them out of the worst', async () => {
    const text = comparisonText(await comparisonOf(runs));
    expect(text).toMatch(/Hat=1 +a +7 !/);
    expect(text).toContain('fewer than 20 test images: Hat=1 (7)');
    expect(text).toMatch(/Smiling +a +Male +Male=1 +0\.800 \(/);
    expect(text).toMatch(/Smiling +a +Hat +Hat=0 +0\.896 \(/);
  });

  it('have a row per slice in the CSV, with empty cells for what is no number', async () => {
    const rows: Record<string, string>[] = parse(
      comparisonCsv(await comparisonOf(runs), 'slices'),
      {
        columns: true,
      },
    );
    expect(rows.map(row => [row.run, row.head, row.by, row.slice, row.images, row.worst])).toEqual([
      ['a', 'Smiling', 'Male', 'Male=0', '100', '0'],
      ['a', 'Smiling', 'Male', 'Male=1', '100', '1'],
      ['a', 'Smiling', 'Hat', 'Hat=0', '193', '1'],
      ['a', 'Smiling', 'Hat', 'Hat=1', '7', '0'],
    ]);
    expect(Number(rows[1]!.accuracy)).toBeCloseTo(0.8, 12);
    expect(rows[0]!['worst.ciLow']).toBe('');
    expect(Number(rows[1]!['worst.ciLow'])).toBeLessThan(0.8);
    expect(rows[2]!.truePositiveRateGap).toBe('');
    expect(Number(rows[0]!.truePositiveRateGap)).toBeGreaterThan(0);
  });

  it('are in the JSON and in the Markdown', async () => {
    const comparison = await comparisonOf(runs);
    const json = JSON.parse(comparisonJson(comparison)) as Comparison;
    expect(json.slices[0]!.heads[0]!.worst).toMatchObject({name: 'Male=1'});
    const markdown = comparisonMarkdown(comparison);
    expect(markdown).toContain('| Smiling | a | Male | Male=1 |');
    expect(markdown).toContain('<summary>Every slice</summary>');
  });

  it('are not there where no run has slices', async () => {
    const plain = {id: '20260101-000000-a-0001', experiment: 'a', heads: {Smiling: right(9, 10)}};
    const comparison = await comparisonOf([plain]);
    expect(comparison.slices).toEqual([]);
    expect(comparisonText(comparison)).not.toContain('slice');
    expect(comparisonMarkdown(comparison)).not.toContain('slice');
  });
});
