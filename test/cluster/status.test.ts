import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {
  statusOnCluster,
  writeClusterState,
  type ClusterTask,
} from '../../src/runs/cluster/cluster-state.js';
import {waitText} from '../../src/runs/cluster/reason-text.js';
import {readRun} from '../../src/runs/run-record.js';
import type {RunStatus} from '../../src/runs/status.js';
import {resultText} from '../../src/cli/runs.js';
import {writeInterruptedRun} from '../helpers/interrupted-run.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const waits: ClusterTask = {job: '12_3', state: 'PENDING', isListed: true, afterSeq: 0};
const runs = {...waits, state: 'RUNNING'};
const gone = {...waits, state: 'FAILED', isListed: false};

describe('the status of a run on a cluster', () => {
  it.each([
    ['queued', waits, 'queued'],
    ['queued', runs, 'starting'],
    ['queued', gone, 'crashed'],
    ['queued', {...gone, state: 'CANCELLED'}, 'cancelled'],
    ['running', waits, 'queued'],
    ['running', gone, 'crashed'],
    ['stopped', waits, 'queued'],
    ['stopped', gone, 'stopped'],
    ['interrupted', runs, 'queued'],
    ['failed', waits, 'failed'],
    ['crashed', waits, 'crashed'],
    ['completed', waits, 'completed'],
  ] as const)('is that of its log, %s, and of its task, %j: %s', (status, task, expected) => {
    expect(statusOnCluster({status, lastSeq: 5}, false, task)).toBe(expected);
  });

  it.each(['queued', 'running', 'completed'] as RunStatus[])(
    'is that of its log, %s, while it trains',
    status => {
      const expected = status === 'queued' ? 'starting' : status;
      expect(statusOnCluster({status, lastSeq: 5}, true, gone)).toBe(expected);
    },
  );

  it('is queued where it was submitted again after its end', () => {
    const again = {...waits, afterSeq: 5};
    for (const status of ['crashed', 'failed'] as const)
      expect(statusOnCluster({status, lastSeq: 5}, false, again)).toBe('queued');
    expect(statusOnCluster({status: 'crashed', lastSeq: 6}, false, again)).toBe('crashed');
  });
});

describe('a run that waits on a cluster', () => {
  it('is listed as queued, with the reason', async () => {
    const folder = writeInterruptedRun(temporaryFolder(), 'queue');
    const place = path.dirname(folder.path);
    expect((await readRun(folder)).status).toBe('crashed');
    mkdirSync(path.join(place, '.queue'), {recursive: true});
    const {lastSeq} = (await readRun(folder)).state;
    const task = {...waits, reason: 'Priority', afterSeq: lastSeq};
    await writeClusterState(place, 'queue', {tasks: {[folder.id]: task}});
    const record = await readRun(folder);
    expect(record.status).toBe('queued');
    expect(resultText(record)).toBe('queued: Priority (others have a higher priority), task 12_3');
  });

  it('has words for its reason also where they are not known', () => {
    expect(waitText({...waits, reason: 'QOSMaxCpuPerUserLimit'})).toBe(
      'QOSMaxCpuPerUserLimit, task 12_3',
    );
    expect(waitText({...waits, state: 'SUSPENDED'})).toBe('SUSPENDED, task 12_3');
  });
});
