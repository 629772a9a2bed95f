import {chmodSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import type {EventOf, RunEvent} from '../../src/runs/events.js';
import {Reporter} from '../../src/training/trainer/reporter.js';
import {sampleSystem} from '../../src/training/trainer/sample-system.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const EVERY_MS = 20;

function startedReporter(): {reporter: Reporter; samples: EventOf<'system.sampled'>[]} {
  const samples: EventOf<'system.sampled'>[] = [];
  const append = (event: RunEvent): void => {
    if (event.type === 'system.sampled') samples.push(event);
  };
  const reporter = new Reporter('r', [], {log: {append}, send: () => {}, now: () => Date.now()});
  reporter.emit({
    type: 'run.started',
    ...{experiment: 'e', heads: [], models: [], epochs: 1, backend: 'b', pid: 1},
  });
  return {reporter, samples};
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(EVERY_MS);
}

describe('the samples of the machine', () => {
  it('have the processor as a fraction of all, and the memory of this process', async () => {
    const {reporter, samples} = startedReporter();
    const end = sampleSystem(reporter, {PATH: temporaryFolder()}, EVERY_MS);
    await until(() => samples.length > 2);
    end();
    for (const {processor, memoryBytes, gpu} of samples) {
      expect(processor).toBeGreaterThanOrEqual(0);
      expect(processor).toBeLessThan(1.5);
      expect(memoryBytes).toBeGreaterThan(1e6);
      expect(gpu).toBeUndefined();
    }
  });

  it('have the first card of nvidia-smi', async () => {
    const folder = temporaryFolder();
    const program = path.join(folder, 'nvidia-smi');
    writeFileSync(program, '#!/bin/sh\necho "37, 2048"\necho "99, 1"\n');
    chmodSync(program, 0o755);
    const {reporter, samples} = startedReporter();
    const end = sampleSystem(reporter, {PATH: folder}, EVERY_MS);
    await until(() => samples.length > 0);
    end();
    expect(samples[0]?.gpu).toEqual({utilization: 0.37, memoryBytes: 2 ** 31});
  });

  it('end with the run', async () => {
    const {reporter, samples} = startedReporter();
    const end = sampleSystem(reporter, {PATH: ''}, EVERY_MS);
    await until(() => samples.length > 0);
    reporter.emit({type: 'run.finished', status: 'completed', seconds: 1, peakMemoryBytes: 1});
    const count = samples.length;
    await sleep(5 * EVERY_MS);
    end();
    expect(samples.length).toBe(count);
  });
});
