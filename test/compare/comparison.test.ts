import {rmSync} from 'node:fs';
import {parse} from 'csv-parse/sync';
import {describe, expect, it} from 'vitest';
import {Comparer} from '../../src/compare/comparer.js';
import {findRuns, findRunsToCompare} from '../../src/app/find-runs.js';
import {comparisonCsv, comparisonText} from '../../src/report/formats.js';
import {headTable, runTable, sortedBy} from '../../src/report/tables/tables.js';
import {compared, multiOutput, separate, written} from '../helpers/compared-runs.js';
import {right, type WrittenRun} from '../helpers/written-runs.js';

describe('a comparison as text', () => {
  it('begins with the verdict, marks no tie as the best, and hides what is the same', async () => {
    expect(comparisonText(await compared(separate, multiOutput))).toMatchInlineSnapshot(`
      "No significant difference between separate and multi-output (n = 10 validation images) on Male (-10.0 points, 95 % interval -40.4 to 20.5; minimum detectable difference 61.6 points); multi-output has 50 % of the parameters and half the time.

      run           model.kind    parameters  time  images/s  on disk          Male (95 %)
      separate      separate           1,234  2.0s        20     1 kB  0.800 (0.490-0.943)
      multi-output  multi-output         617  1.0s        20     1 kB  0.900 (0.596-0.982)
      n = 10 validation images; (…) is Wilson's 95 % interval.
      The validation images also chose the epoch, so accuracies on them are a little too high. Set data.split.test for images that chose nothing.
      Differences are in percentage points, first minus second.
      One seed per design: results may not hold for other seeds. Use --repeat 5.

      first - second           head  points           95 %     p  p adjusted  significant  detectable
      separate - multi-output  Male   -10.0  -40.4 to 20.5  1.00        1.00  no                 61.6

      head  run           majority  train  balanced  precision  recall     F1  ROC-AUC  PR-AUC  Brier    ECE  TP  FP  FN  TN
      Male  separate         0.500  0.800     0.800      0.800   0.800  0.800    0.800   0.740  0.170  0.100   4   1   1   4
      Male  multi-output     0.500  0.900     0.900      0.833   1.000  0.909    0.900   0.833  0.090  0.080   5   1   0   4
      "
    `);
  });

  it('repeats what the data warned of, once, and says of which designs where not of all', async () => {
    const shared = 'Male is 1 in all 20 train images: no.';
    const text = comparisonText(
      await compared(
        {...separate, warnings: [shared, 'The images are \u001b[2J64x64.']},
        {...multiOutput, warnings: [shared]},
      ),
    );
    expect(text.match(/Male is 1 in all/g)).toHaveLength(1);
    expect(text).toContain(`\nWarning: ${shared}\n`);
    expect(text).toContain('\nWarning (separate): The images are ?[2J64x64.\n');
  });

  it('keeps a run that failed, with the reason', async () => {
    const text = comparisonText(
      await compared(separate, {
        ...multiOutput,
        last: {type: 'run.failed', message: 'no \u001b[2Jdata', exitCode: 3},
      }),
    );
    expect(text).toContain('20260101-000001-multi-output-bbbb: no ?[2Jdata');
    expect(text).toContain('failed');
    expect(text).toContain('0.800 (0.490-0.943)');
    expect(text).not.toContain('*');
  });

  it('shows a name from a file as one harmless line', async () => {
    const text = comparisonText(
      await compared({...separate, experiment: 'a\u001b[31m\nb', heads: {'M\na': right(8, 10)}}),
    );
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')[1]).toMatch(/^a\?\[31m b /);
  });

  it('shows everything when asked, and columns as rows', async () => {
    const comparison = await compared(separate, multiOutput);
    expect(runTable(comparison, {all: true}).header).toEqual(
      expect.arrayContaining(['status', 'seeds', 'training.epochs', 'data.root']),
    );
    const turned = runTable(comparison, {transpose: true});
    expect(turned.header).toEqual(['run', 'separate', 'multi-output']);
    expect(turned.rows).toContainEqual(['parameters', '1,234', '617']);
  });

  it('has the time of an answer beside the accuracy, where it was measured', async () => {
    const measured = {inference: {imageMs: 0.834, batchMs: 12.34, batchImages: 32}};
    const comparison = await compared({...separate, ...measured}, multiOutput);
    const {header, rows} = runTable(comparison);
    const from = header.indexOf('1 image');
    expect(header.slice(from, from + 2)).toEqual(['1 image', '32 images']);
    expect(rows.map(row => row.slice(from, from + 2))).toEqual([
      ['0.83 ms', '12.3 ms'],
      ['-', '-'],
    ]);
    const [keys, values, unknown] = parse(comparisonCsv(comparison)) satisfies string[][];
    const column = keys!.indexOf('imageMs');
    expect(keys!.slice(column, column + 3)).toEqual(['imageMs', 'batchMs', 'batchImages']);
    expect(values!.slice(column, column + 3)).toEqual(['0.834', '12.34', '32']);
    expect(unknown!.slice(column, column + 3)).toEqual(['', '', '']);
  });

  it('has the accuracies beside the names, where the right end may be cut off', async () => {
    const table = runTable(await compared(separate, multiOutput), {accuracyFirst: true});
    expect(table.header.slice(0, 3)).toEqual(['run', 'Male (95 %)', 'parameters']);
    expect(table.rows[0]?.[1]).toContain('0.800 (0.490-0.943)');
    expect(table.right).toContain(1);
  });

  it('has a dash for what is no number: a precision where nothing was called 1', async () => {
    const onlyZeros = Array.from({length: 10}, (_, image) => image % 2);
    const {header, rows} = headTable(await compared({...separate, heads: {Male: onlyZeros}}));
    expect(rows[0]?.[header.indexOf('precision')]).toBe('-');
    expect(rows[0]).not.toContain('NaN');
  });

  it('counts layers, where nothing shorter differs', async () => {
    const layers = (...units: number[]) => ({
      definition: {
        model: {layers: [{flatten: {}}, ...units.map(unit => ({dense: {units: unit}}))]},
      },
    });
    const table = runTable(
      await compared({...separate, ...layers(8)}, {...multiOutput, ...layers(8, 4)}),
    );
    expect(table.header[1]).toBe('layers');
    expect(table.rows.map(row => row[1])).toEqual(['2 layers', '3 layers']);
  });
});

describe('the rows of a comparison', () => {
  it('are sorted by any column, numbers as numbers, what is missing last', async () => {
    const scale = (value: number, id: string): WrittenRun => ({
      ...separate,
      id: `20260101-00000${value % 10}-scale-${id}`,
      experiment: `s${value}`,
      definition: {data: {scale: value}},
      seconds: value,
    });
    const comparison = await compared(scale(10, 'aaaa'), scale(9, 'bbbb'), {
      ...separate,
      id: '20260101-000009-none-cccc',
      experiment: 'none',
      last: {type: 'run.failed', message: 'no', exitCode: 3},
    });
    const names = (by: string): string[] => sortedBy(comparison, by).groups.map(({name}) => name);
    expect(names('data.scale')).toEqual(['s9', 's10', 'none']);
    expect(names('-data.scale')).toEqual(['s10', 's9', 'none']);
    expect(names('seconds')).toEqual(['s9', 's10', 'none']);
    expect(names('-run')).toEqual(['s9', 's10', 'none']);
  });

  it('are not sorted by what is no column; the nearest is named', async () => {
    const comparison = await compared(separate);
    expect(() => sortedBy(comparison, 'Male.acuracy')).toThrow(
      expect.objectContaining({hint: 'Did you mean Male.accuracy?', exitCode: 2}) as Error,
    );
  });
});

describe('the name of a run', () => {
  it('is its id, a unique prefix, its experiment or latest', async () => {
    const runs = written(separate, multiOutput);
    for (const name of [multiOutput.id, '20260101-000001', 'multi-output', 'latest']) {
      expect((await findRuns([name], runs))[0]?.folder.id).toBe(multiOutput.id);
    }
  });

  it('that fits two, or none, is refused with what is near', async () => {
    const runs = written(separate, multiOutput);
    await expect(findRuns(['20260101'], runs)).rejects.toThrow('2 runs begin like this');
    await expect(findRuns(['seperate'], runs)).rejects.toMatchObject({
      hint: 'Did you mean separate?',
      exitCode: 2,
    });
    await expect(findRuns(['latst'], runs)).rejects.toMatchObject({hint: 'Did you mean latest?'});
  });

  it('stands for all that was started together, where it is an experiment', async () => {
    const repeated = [1, 2, 3].map(seed => ({
      ...separate,
      id: `20260102-00000${seed}-separate-000${seed}`,
      seed,
      batch: 'repeated',
    }));
    const runs = written(separate, ...repeated);
    const ids = async (...names: string[]): Promise<string[]> =>
      (await findRunsToCompare(names, runs)).map(({folder}) => folder.id);
    expect(await ids('separate')).toEqual(repeated.map(({id}) => id));
    expect(await ids('separate', 'latest')).toEqual(repeated.map(({id}) => id));
    expect(await ids('latest')).toEqual([repeated[2]?.id]);
    expect(await ids(separate.id)).toEqual([separate.id]);
  });
});

describe('a comparer', () => {
  it('reads a run once, and computes a comparison once', async () => {
    const folder = written(separate, multiOutput);
    const records = await findRuns(['separate', 'multi-output'], folder);
    const comparer = new Comparer();
    const first = await comparer.compare(records);
    for (const record of records) rmSync(record.folder.path, {recursive: true});
    expect(await comparer.compare(records)).toBe(first);
    const turned = await comparer.compare([...records].reverse());
    expect(turned.groups.map(({name}) => name)).toEqual(['multi-output', 'separate']);
    expect(turned.groups[0]?.heads).toEqual(first.groups[1]?.heads);
  });

  it('looks again at a run that went on', async () => {
    const [record] = await findRuns(['separate'], written(separate));
    const comparer = new Comparer();
    const first = await comparer.compare([record!]);
    const later = {...record!, state: {...record!.state, lastSeq: 99}};
    expect(await comparer.compare([later])).not.toBe(first);
  });
});
