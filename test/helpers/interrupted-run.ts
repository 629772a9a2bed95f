import {readFileSync, writeFileSync} from 'node:fs';
import {configHash} from '../../src/experiment/config-hash.js';
import {stringifyExperiment} from '../../src/experiment/stringify.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {tinyExperiment} from './experiments.js';
import {right, writeRun} from './written-runs.js';

/** Writes a run of a queue that can be resumed: its trainer has died. */
export function writeInterruptedRun(runs: string, batch: string): RunFolder {
  const experiment = tinyExperiment();
  const folder = writeRun(runs, {
    id: '20260102-000000-tiny-0001',
    experiment: 'tiny',
    heads: {Male: right(6, 8)},
    batch,
    last: {type: 'run.failed', message: 'm', exitCode: 4},
  });
  writeFileSync(folder.experiment, stringifyExperiment(experiment));
  const info = JSON.parse(readFileSync(folder.info, 'utf8')) as Record<string, unknown>;
  writeFileSync(folder.info, JSON.stringify({...info, configHash: configHash(experiment)}));
  return folder;
}
