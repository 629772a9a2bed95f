import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {parse} from 'csv-parse/sync';
import {describe, expect, it} from 'vitest';
import {BINARY} from '../../src/experiment/classes.js';
import {predictionFormat} from '../../src/cli/prediction-format.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {comparisonCsv} from '../../src/report/formats.js';
import {readPredictions} from '../../src/compare/predictions.js';
import {predictionsCsv} from '../../src/runs/run-csv.js';
import {csvPath, csvText, pathFromCsv} from '../../src/util/csv-text.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writtenRecord} from '../helpers/written-runs.js';

const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠1'];
const isFormula = /^[=+\-@\t\r＝＋－＠]/;

describe('a cell of a CSV that a spreadsheet would run as a formula', () => {
  it.each(formulas)('begins with something else, and a path names the same file: %j', text => {
    expect(csvText(text)).toBe(`'${text}`);
    expect(path.normalize(csvPath(text))).toBe(text);
    expect(pathFromCsv(csvPath(text))).toBe(text);
  });

  it('is none where it begins with anything else', () => {
    for (const text of ['a=1', '1-2', './a', '/a', '', "'=1"])
      expect([csvText(text), csvPath(text), pathFromCsv(text)]).toEqual([text, text, text]);
  });

  it('is not in what predict --csv prints of names and errors', () => {
    const {line} = predictionFormat(
      'csv',
      [{head: 'Male', classes: BINARY, threshold: 0.5}],
      [],
      false,
    );
    for (const text of formulas) {
      const cells: string[][] = parse(
        line(text, {probabilities: [0.5], classes: [0], isOdd: false}) +
          line('a.jpg', {error: text}),
      );
      expect(cells.flat().filter(cell => isFormula.test(cell))).toEqual([]);
    }
  });

  it('is not in predictions.csv, whose names are read as they were', async () => {
    const head = {
      ...{head: 'Male', threshold: 0.5},
      ...{labels: new Uint8Array(10), probabilities: new Float32Array(10)},
    };
    const file = path.join(temporaryFolder(), 'predictions.csv');
    const text = [...predictionsCsv([{part: 'test', files: formulas, heads: [head]}])].join('');
    writeFileSync(file, text);
    expect((await readPredictions(file)).rows.map(row => row.file)).toEqual(formulas);
    const cells: string[][] = parse(text);
    expect(cells.flat().filter(cell => isFormula.test(cell))).toEqual([]);
  });

  it('is not in a comparison, where negative numbers stay numbers', async () => {
    const runs = temporaryFolder();
    const records = [
      await writtenRecord(runs, {id: '=cmd', experiment: '=cmd', heads: {'@a': right(3, 40)}}),
      await writtenRecord(runs, {id: '+b', experiment: '+b', heads: {'@a': right(39, 40)}}),
    ];
    const comparison = await compareRuns(records);
    for (const rows of ['runs', 'heads', 'pairs'] as const) {
      const cells: string[][] = parse(comparisonCsv(comparison, rows));
      const strange = cells.flat().filter(cell => isFormula.test(cell));
      expect(strange.filter(cell => Number.isNaN(Number(cell)))).toEqual([]);
      expect(cells.flat()).toContain("'=cmd");
    }
    expect(comparisonCsv(comparison, 'pairs')).toMatch(/,-0\.\d+,/);
  });
});
