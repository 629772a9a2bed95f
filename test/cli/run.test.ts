import {EventEmitter} from 'node:events';
import {existsSync, linkSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import type {RunOptions} from '../../src/app/load-jobs.js';
import {runHeadless} from '../../src/cli/run.js';
import {tinyYaml} from '../helpers/experiments.js';
import {keptStreams} from '../helpers/fuzz/handled.js';
import {writeInterruptedRun} from '../helpers/interrupted-run.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

function optionsOf(runs: string): RunOptions {
  return {
    ...{folder: runs, runs, data: undefined, overrides: [], seed: undefined, repeat: 1},
    ...{resplit: false, backend: 'auto', failFast: false, json: false, version: '1'},
  };
}

it.each([
  ['data', () => path.join(temporaryFolder(), 'nowhere'), [], 'nowhere: no such folder.'],
  [
    'heads',
    () => writeTinyFaces(temporaryFolder(), {images: 8}),
    ['data.heads=[Bald]'],
    'data.heads: Bald is not an attribute of',
  ],
] as const)('makes no folder for a run that lacks its %s', async (_what, dataOf, set, message) => {
  const runs = path.join(temporaryFolder(), 'runs');
  const file = path.join(temporaryFolder(), 'tiny.yaml');
  writeFileSync(file, tinyYaml);
  const {stdout, stderr} = keptStreams();
  const options = {...optionsOf(runs), data: await dataOf(), overrides: [...set]};
  const running = runHeadless([file], options, {
    ...{stdout, stderr, env: {}, signals: new EventEmitter()},
    ...{now: () => 0, random: () => 0},
  });
  await expect(running).rejects.toMatchObject({
    message: expect.stringContaining(message) as string,
    exitCode: 3,
  });
  expect(existsSync(runs)).toBe(false);
});

it('says of a resume that is refused before its trainer starts which run it is, and why', async () => {
  const runs = path.join(temporaryFolder(), 'runs');
  const folder = writeInterruptedRun(runs, 'batch');
  const copy = path.join(temporaryFolder(), 'trainer.log');
  writeFileSync(folder.trainerLog, 'before\n');
  linkSync(folder.trainerLog, copy);
  const {stdout, stderr} = keptStreams();
  const code = await runHeadless(
    [folder.id],
    {...optionsOf(runs), resume: true},
    {
      ...{stdout, stderr, env: {}, signals: new EventEmitter()},
      ...{now: () => 0, random: () => 0},
    },
  );
  expect(stderr.text).toContain(
    `celeba-tui: ${folder.id}: ${folder.trainerLog}: it has 2 names (hard links)`,
  );
  expect(code).toBe(1);
  expect(readFileSync(copy, 'utf8')).toBe('before\n');
});
