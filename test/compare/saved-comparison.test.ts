import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {parse} from 'csv-parse/sync';
import {describe, expect, it} from 'vitest';
import {compareRuns} from '../../src/compare/comparison.js';
import {findRuns} from '../../src/app/find-runs.js';
import {comparisonCsv} from '../../src/report/formats.js';
import {comparisonJson} from '../../src/report/formats.js';
import {comparisonMarkdown} from '../../src/report/formats.js';
import {saveComparison} from '../../src/report/page/save.js';
import {compared, multiOutput, separate, written} from '../helpers/compared-runs.js';
import {right} from '../helpers/written-runs.js';
import {verdictSentences} from '../../src/report/text/verdict.js';

describe('a saved comparison', () => {
  it('is there in every format, each telling the same', async () => {
    const runs = written(separate, multiOutput);
    const comparison = await compareRuns(await findRuns(['separate', 'multi-output'], runs));
    const folder = await saveComparison(comparison, runs, {now: () => 0, version: '1'});
    expect(folder).toBe(path.join(runs, 'comparisons', '19700101-000000'));
    expect(readdirSync(folder).sort()).toEqual([
      'comparison.csv',
      'comparison.html',
      'comparison.json',
      'comparison.md',
      'heads.csv',
      'pairs.csv',
    ]);
    expect(JSON.parse(comparisonJson(comparison))).toMatchObject({
      schemaVersion: 3,
      heads: ['Male'],
      groups: [{heads: {Male: {metrics: {accuracy: {mean: 0.8}}}}}, {}],
      sentences: verdictSentences(comparison),
    });
    const rows = parse<Record<string, string>>(comparisonCsv(comparison), {columns: true});
    expect(rows[1]).toMatchObject({
      run: 'multi-output',
      'Male.accuracy': '0.9',
      'Male.accuracy.sd': '',
      'model.kind': 'multi-output',
    });
    expect(comparisonMarkdown(comparison)).toContain(
      '| separate | separate | 1,234 | 2.0s | 20 | 1 kB | 0.800 (0.490-0.943) |',
    );
  });

  it('has its heads and the differences of its pairs as tidy CSV, a row for each', async () => {
    const comparison = await compared(separate, multiOutput, {
      ...separate,
      id: '20260101-000002-other-cccc',
      experiment: 'other',
      files: Array.from({length: 10}, (_, image) => `other-${image}.jpg`),
    });
    const table = (rows: 'heads' | 'pairs') =>
      parse<Record<string, string>>(comparisonCsv(comparison, rows), {columns: true});
    expect(
      table('heads').map(({run, head, accuracy, images}) => [run, head, accuracy, images]),
    ).toEqual([
      ['separate', 'Male', '0.8', '10'],
      ['multi-output', 'Male', '0.9', '10'],
      ['other', 'Male', '0.8', '10'],
    ]);
    const [pair, ...notCompared] = table('pairs');
    expect(pair).toMatchObject({
      first: 'separate',
      second: 'multi-output',
      head: 'Male',
      images: '10',
      seeds: '1',
      difference: '-0.1',
      p: '1',
      pAdjusted: '1',
      significant: '0',
      firstOnlyCorrect: '0',
      secondOnlyCorrect: '1',
      secondsRatio: '2',
      notCompared: '',
    });
    expect(Number(pair?.['ciLow'])).toBeCloseTo(comparison.pairs[0]!.heads[0]!.ciLow, 12);
    expect(notCompared.map(({head, difference}) => [head, difference])).toEqual([
      ['', ''],
      ['', ''],
    ]);
    expect(notCompared[0]?.['notCompared']).toContain('their evaluation images differ');
  });

  it('overwrites none of the same second', async () => {
    const runs = written(separate, multiOutput);
    const comparison = await compareRuns(await findRuns(['separate', 'multi-output'], runs));
    const options = {now: () => 0, version: '1'};
    const folders = [
      await saveComparison(comparison, runs, options),
      await saveComparison(comparison, runs, options),
    ];
    expect(folders.map(folder => path.basename(folder))).toEqual([
      '19700101-000000',
      '19700101-000000-2',
    ]);
    const [one, other] = folders.map(folder =>
      readFileSync(path.join(folder, 'comparison.html'), 'utf8'),
    );
    expect(other).toBe(one);
  });

  it('is the same bytes when it is made again', async () => {
    const folder = written(separate, multiOutput);
    const records = await findRuns(['separate', 'multi-output'], folder);
    const [one, other] = [await compareRuns(records), await compareRuns(records)];
    expect(comparisonJson(one)).toBe(comparisonJson(other));
  });

  it('means only itself in Markdown, whatever the names are', async () => {
    const text = comparisonMarkdown(
      await compared({
        ...separate,
        experiment: '<script>alert(1)</script> | **b** [c](d)',
        heads: {'`M`|<b>': right(8, 10)},
      }),
    );
    expect(text).not.toMatch(/<(?!\/?(?:details|summary)>)/);
    const table = text.split('\n').filter(line => line.startsWith('|'));
    const row = table.find(line => line.includes('alert'));
    expect(row).not.toMatch(/[*[\]`]/);
    expect(row?.split('|')).toHaveLength(table[0]!.split('|').length);
  });
});
