import {EventEmitter} from 'node:events';
import {linkSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import type {RunOptions} from '../../src/app/load-jobs.js';
import {runHeadless} from '../../src/cli/run.js';
import {keptStreams} from '../helpers/fuzz/handled.js';
import {writeInterruptedRun} from '../helpers/interrupted-run.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

function resumeOptions(runs: string): RunOptions {
  return {
    ...{folder: runs, runs, data: undefined, overrides: [], seed: undefined, repeat: 1},
    ...{resplit: false, backend: 'auto', failFast: false, json: false, version: '1'},
    resume: true,
  };
}

it('says of a resume that is refused before its trainer starts which run it is, and why', async () => {
  const runs = path.join(temporaryFolder(), 'runs');
  const folder = writeInterruptedRun(runs, 'batch');
  const copy = path.join(temporaryFolder(), 'trainer.log');
  writeFileSync(folder.trainerLog, 'before\n');
  linkSync(folder.trainerLog, copy);
  const {stdout, stderr} = keptStreams();
  const code = await runHeadless([folder.id], resumeOptions(runs), {
    ...{stdout, stderr, env: {}, signals: new EventEmitter()},
    ...{now: () => 0, random: () => 0},
  });
  expect(stderr.text).toContain(
    `celeba-tui: ${folder.id}: ${folder.trainerLog}: it has 2 names (hard links)`,
  );
  expect(code).toBe(1);
  expect(readFileSync(copy, 'utf8')).toBe('before\n');
});
