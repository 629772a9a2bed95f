import {describe, expect, it} from 'vitest';
import {comparisonText} from '../../src/report/formats.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {comparisonCsv} from '../../src/report/formats.js';
import {comparisonJson} from '../../src/report/formats.js';
import {reportMarkdown} from '../../src/report/page/markdown.js';
import {reportHtml} from '../../src/report/page/page.js';
import {makeReport} from '../../src/report/page/report.js';
import {listRuns} from '../../src/runs/run-record.js';
import {compareColumns} from '../../src/tui/text/compare-columns.js';
import {multiOutput, separate, written} from '../helpers/compared-runs.js';
import {right} from '../helpers/written-runs.js';

/** Names that every object has something under. */
const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];

describe('a head with a name that every object knows', () => {
  it.each(names)('is compared where only some runs have it: %s', async name => {
    const records = await listRuns(
      written(
        separate,
        {...multiOutput, heads: {Male: right(9, 10)}, seed: 1},
        {
          ...multiOutput,
          id: '20260101-000002-multi-output-cccc',
          heads: {Male: right(7, 10), [name]: right(5, 10)},
          seed: 2,
        },
      ),
    );
    const comparison = await compareRuns(records);
    expect(comparison.heads).toEqual(expect.arrayContaining(['Male', name]));
    expect(comparison.groups.map(({seeds}) => seeds.length).sort()).toEqual([1, 2]);
    const report = await makeReport(comparison, records, {now: () => 0, version: '1'});
    const columns = compareColumns(comparison, true, records);
    const shown = [
      comparisonText(comparison, {all: true}),
      comparisonCsv(comparison),
      comparisonJson(comparison),
      reportMarkdown(report),
      await reportHtml(report),
      ...columns.flatMap(({cell}) => comparison.groups.map(row => cell(row).text)),
    ].join('\n');
    expect(shown).not.toMatch(/native code|undefined/);
  });
});
