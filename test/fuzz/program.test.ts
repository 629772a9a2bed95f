import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {tinyYaml} from '../helpers/experiments.js';
import {unsafeCharacters} from '../helpers/fuzz/hostile-text.js';
import {runProgram} from '../helpers/program.js';
import {workplace} from '../helpers/workplace.js';
import {right, writeRun} from '../helpers/written-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

const CSI = '\u001b[2J\u009b31m\u202e';

type Case = readonly [what: string, args: readonly string[], code: number, words: string];

const cases: readonly Case[] = [
  ['a command', [`runx${CSI}`], 2, 'is not a command'],
  ['an option', ['runs', `--${CSI}`], 2, 'unknown option'],
  ['the value of an option', ['run', 'tiny', '--seed', CSI], 2, 'Expected a whole number'],
  ['an experiment', ['check', `tiny${CSI}`], 2, 'no such experiment'],
  ['a file', ['check', `./${CSI}.yaml`], 2, 'cannot be read'],
  ['a --set', ['check', 'tiny', '--set', `${CSI}=1`], 2, 'is not a key'],
  ['a run', ['compare', `x${CSI}`], 2, 'no such run'],
  ['the folder of the runs', ['runs', '--runs', CSI], 0, 'There are no runs'],
  ['the folder of the data', ['run', 'tiny', '--ci', '--data', CSI], 3, 'no such folder'],
  ['its name', ['run', 'tiny', '--ci', '--set', `name=../../${CSI}`], 2, 'letters, digits'],
  ['its description', ['check', 'tiny', '--set', `description=${JSON.stringify(CSI)}`], 0, 'u009b'],
  ['a file without an end', ['check', '/dev/zero'], 2, 'too long for an experiment'],
  [
    'a network of 100 GB to check',
    ['check', 'tiny', '--set', 'data.image.size=[2048, 2048]', '--set', wide()],
    2,
    'GB of memory',
  ],
  [
    'a network of 100 GB to run',
    ['run', 'tiny', '--ci', '--set', 'data.image.size=[2048, 2048]', '--set', wide()],
    2,
    'GB of memory',
  ],
];

function wide(): string {
  return 'model.layers=[{flatten: {}}, {dense: {units: 65536}}]';
}

describe('the program, given something that means harm', () => {
  it.each(cases)(
    'ends with the documented code and clear words: %s',
    async (...[, args, code, words]) => {
      const cwd = workplace();
      const finished = await runProgram(args, {
        cwd,
        env: {CELEBA_TUI_CACHE: path.join(cwd, 'cache')},
      });
      const said = finished.stdout + finished.stderr;
      expect(said).toContain(words);
      expect(finished.code, said).toBe(code);
      expect(unsafeCharacters(said)).toEqual([]);
      expect(said).not.toMatch(/this is a bug|^\s+at /m);
      if (code === 2) expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
    },
  );

  it('lists experiments and runs around the broken ones, and names them', async () => {
    const cwd = workplace();
    const experiments = path.join(cwd, 'experiments');
    writeFileSync(path.join(experiments, `${CSI}.yaml`), tinyYaml);
    writeFileSync(path.join(experiments, 'broken.yaml'), `name: ${CSI}`);
    mkdirSync(path.join(experiments, 'folder.yaml'));
    spawnSync('mkfifo', [path.join(experiments, 'pipe.yaml')]);
    const runs = path.join(cwd, 'runs');
    const {events, id} = writeRun(runs, {
      id: `20260101-000000-${CSI}-0001`,
      experiment: CSI,
      heads: {[CSI]: right(1, 2)},
    });
    writeFileSync(events, readFileSync(events, 'utf8').replaceAll('"models"', '"model"'));
    const {info} = writeRun(runs, {id: '20260102-000000-newer-0002', experiment: 'n', heads: {}});
    writeFileSync(info, '{"schemaVersion": 99}');
    for (const args of [['list'], ['runs'], ['compare', id, '20260102', '--format', 'json']]) {
      const {code, stdout, stderr} = await runProgram(args, {cwd});
      expect(stdout + stderr).toContain('20260102-000000-newer-0002');
      expect(stdout + stderr).toContain('a newer celeba-tui');
      expect(unsafeCharacters(stdout + stderr)).toEqual([]);
      expect(code).toBe(0);
    }
  });

  it('reads no image outside the folder that a label file is for', async () => {
    const cwd = workplace();
    const data = await writeTinyFaces(path.join(cwd, 'data'), {images: 8});
    const labels = path.join(data, 'list_attr_celeba.txt');
    for (const name of ['../../x.jpg', '/etc/passwd', '..\\x.jpg']) {
      const text = readFileSync(labels, 'utf8').replace(/^\S+\.jpg|^\S*passwd|^\S*x\.jpg/m, name);
      writeFileSync(labels, text);
      const {code, stdout} = await runProgram(['run', 'tiny', '--ci', '--data', data], {cwd});
      expect(stdout).toContain('is a path');
      expect(code).toBe(3);
    }
  });
});
