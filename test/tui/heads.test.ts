import {describe, expect, it} from 'vitest';
import {measureRun} from '../../src/compare/run-metrics.js';
import {headLines} from '../../src/tui/text/heads.js';
import {plainText} from '../../src/tui/text/line.js';
import {recordedRecords, recordOf} from '../helpers/interface-fixture.js';

describe('the numbers of a head with many classes', () => {
  it('stand beside the whole of its confusion matrix, which is longer than they are', async () => {
    const {run} = await measureRun(recordOf(await recordedRecords(), 'multi-output'));
    const names = Array.from({length: 15}, (_, index) => `c${index}`);
    const matrix = names.map((_, label) => names.map((__, predicted) => label * 15 + predicted));
    const heads = Object.fromEntries(
      Object.entries(run.heads).map(([head, score]) => [
        head,
        {...score, classes: {names, matrix}},
      ]),
    );
    const measured = {run: run.id, result: {...run, heads}, error: undefined};
    const lines = headLines(measured, run.id, 200, false).map(plainText);
    expect(lines.some(line => /accuracy .* c0 +c1 /.test(line))).toBe(true);
    for (const name of names)
      expect(lines.filter(line => line.includes(`is ${name} `))).toHaveLength(2);
  });
});
