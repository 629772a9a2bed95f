import {cpSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {compareRuns} from '../../../src/compare/comparison.js';
import {measureRun} from '../../../src/compare/run-metrics.js';
import {Numbers} from '../../../src/tui/services/numbers.js';
import type {RunRecord} from '../../../src/runs/run-record.js';
import {movedTo, recordedRecords, recordOf} from '../../helpers/interface-fixture.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

describe('numbers from another thread', () => {
  let records: readonly RunRecord[];
  beforeAll(async () => {
    records = await recordedRecords();
  });

  it('are those of the run', async () => {
    const record = recordOf(records, 'multi-output');
    const {run} = await measureRun(record);
    expect(Object.keys(run.heads)).toEqual(['Male', 'Smiling']);
    expect(await new Numbers().measure(record)).toEqual(run);
  });

  it('are those of the comparison', async () => {
    const compared = [recordOf(records, 'multi-output'), recordOf(records, 'separate')];
    expect(await new Numbers().compare(compared)).toEqual(await compareRuns(compared));
  });

  it('are written with their page, into a folder of their own', async () => {
    const [first] = records;
    const recorded = path.dirname(first?.folder.path ?? '');
    const runs = path.join(temporaryFolder(), 'runs');
    cpSync(recorded, runs, {recursive: true});
    const compared = [recordOf(records, 'multi-output'), recordOf(records, 'separate')];
    const numbers = new Numbers();
    const comparison = await numbers.compare(compared);
    const folder = await numbers.save(comparison, runs, {now: 0, version: '1.2.3'});
    expect(path.dirname(folder)).toBe(path.join(runs, 'comparisons'));
    expect(readdirSync(folder).sort()).toEqual([
      ...['csv', 'html', 'json', 'md'].map(ending => `comparison.${ending}`),
      'heads.csv',
      'pairs.csv',
    ]);
    expect(readFileSync(path.join(folder, 'comparison.md'), 'utf8')).toContain('multi-output');
  });

  it('say why a run has none', async () => {
    const record = movedTo('/nowhere', recordOf(records, 'separate'));
    const {problem, heads} = await new Numbers().measure(record);
    expect(problem).toMatch(/^no predictions: .*\/nowhere/);
    expect(heads).toEqual({});
  });
});
