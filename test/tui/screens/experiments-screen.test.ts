import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {RunFolder} from '../../../src/runs/run-folder.js';
import type {RunRecord} from '../../../src/runs/run-record.js';
import type {RunStatus} from '../../../src/runs/status.js';
import {frameOf, mountSnapshot} from '../../helpers/frames.js';
import {
  recordedExperiments,
  recordedRecords,
  recordOf,
  snapshotOf,
} from '../../helpers/interface-fixture.js';

afterEach(cleanup);

const size = {columns: 100, rows: 30};
const experiments = await recordedExperiments();
const records = await recordedRecords();
const original = recordOf(records, 'multi-output');

function runOf(id: string, status: RunStatus, endedAt: string | undefined): RunRecord {
  const state = {...original.state, id, status, endedAt};
  return {...original, folder: new RunFolder(`/runs/${id}`), status, state};
}

describe('the status of an experiment', () => {
  const failed = runOf('20260102-000000-m-0002', 'failed', '2026-01-02T00:00:01.000Z');
  const status = (...runs: readonly RunRecord[]): string =>
    frameOf(snapshotOf({experiments, runs}), size)
      .split('\n')
      .find(line => /^│ .{4}multi-output /.test(line)) ?? '';

  it('is that of the run that trains, also where it resumed an older one', () => {
    const resumed = runOf('20260101-000000-m-0001', 'running', undefined);
    expect(status(failed, resumed)).toContain('▶ running');
  });

  it('is that of the run that ended last, also where it resumed an older one', () => {
    const resumed = runOf('20260101-000000-m-0001', 'completed', '2026-01-03T00:00:00.000Z');
    expect(status(failed, resumed)).toContain('✓ completed');
    const earlier = runOf('20260101-000000-m-0001', 'completed', '2026-01-01T00:00:00.000Z');
    expect(status(failed, earlier)).toContain('✗ failed');
  });
});

describe('a', () => {
  it('marks all rows that the filter shows, then unmarks them, and leaves hidden ones as they are', async () => {
    const {press, controller} = mountSnapshot(snapshotOf({experiments, runs: records}), size);
    const marked = (list: 'experiments' | 'runs'): number =>
      controller.state.lists[list].marked.size;
    await press('a');
    expect(marked('experiments')).toBe(experiments.length);
    await press('a');
    expect(marked('experiments')).toBe(0);
    await press('3');
    await press('/');
    await press('status=completed');
    await press('\r');
    await press('a');
    expect(marked('runs')).toBe(records.filter(({status}) => status === 'completed').length);
    await press('\u001B[27u');
    await press('a');
    expect(marked('runs')).toBe(records.length);
  });
});
