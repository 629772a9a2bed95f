import {rmSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

it('--needed runs what no finished run has answered on the same data, and compares all', async () => {
  const data = temporaryFolder('faces');
  await writeTinyFaces(data, {images: 40});
  const cwd = workplace(`${tinyYaml}matrix: {model.kind: [separate, multi-output]}\n`);
  const run = (...args: string[]): Promise<Finished> =>
    runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd});
  await run('--set', 'model.kind=separate');
  const [answer] = runFolders(cwd);

  const {code, stdout, stderr} = await run('--needed');
  expect(stderr).toContain(
    `tiny.separate is already answered by ${answer!.id} and does not run again.`,
  );
  expect(runFolders(cwd)).toHaveLength(2);
  expect(stdout).toContain('tiny.separate - tiny.multi-output');
  expect(code).toBe(0);

  const all = await run('--needed');
  expect(all.stderr.match(/is already answered by/g)).toHaveLength(2);
  expect(all.code).toBe(0);
  expect(runFolders(cwd)).toHaveLength(2);

  // Other images are another question, and so is another seed.
  const one = ['--needed', '--set', 'model.kind=separate'];
  expect((await run(...one, '--seed', '9')).stderr).not.toContain('is already answered by');
  rmSync(path.join(data, 'img_align_celeba'), {recursive: true});
  await writeTinyFaces(data, {images: 44, seed: 2});
  expect((await run(...one)).stderr).not.toContain('is already answered by');
  expect(runFolders(cwd)).toHaveLength(4);
});
