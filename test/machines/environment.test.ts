import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {tinyYaml} from '../helpers/experiments.js';
import {program, runProgram, type Finished} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {right, writeRun} from '../helpers/written-runs.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(path.join(temporaryFolder(), '자료 폴더'), {images: 40});
});

const train = (
  cwd: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<Finished> => runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd, env});

describe('the program trains', () => {
  it('where every path has blanks and Korean letters, without writing into its own folder', async () => {
    const cwd = workplace();
    const root = path.dirname(path.dirname(program));
    const before = filesOf(root);
    const {code, stderr} = await train(cwd, {CELEBA_TUI_CACHE: path.join(cwd, '임시 저장')}, [
      '--runs',
      '결과 폴더',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const runs = readdirSync(path.join(cwd, '결과 폴더'));
    expect(runs.filter(name => /^\d{8}-/.test(name))).toHaveLength(1);
    expect(existsSync(path.join(cwd, '임시 저장', 'images'))).toBe(true);
    expect(filesOf(root)).toEqual(before);
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['without a home folder', {HOME: undefined}],
    ['with an empty HOME', {HOME: ''}],
  ])('%s, and keeps what it caches among the temporary files', async (_what, home) => {
    const cwd = workplace();
    const temporary = temporaryFolder();
    const {code, stderr} = await train(cwd, {
      ...home,
      XDG_CACHE_HOME: undefined,
      CELEBA_TUI_CACHE: undefined,
      TMPDIR: temporary,
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(readdirSync(temporary)).toContain(`celeba-tui-${process.getuid?.()}`);
    expect(readdirSync(cwd).sort()).toEqual(['experiments', 'runs']);
  });

  it('where the home folder and the temporary one are not there yet', async () => {
    const nowhere = path.join(temporaryFolder(), 'not', 'yet');
    const {code, stderr} = await train(workplace(), {
      HOME: nowhere,
      XDG_CACHE_HOME: undefined,
      TMPDIR: path.join(nowhere, 'tmp'),
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

/** Names and times of everything in the package that is not a package itself. */
function filesOf(root: string): string[] {
  return ['dist', 'experiments', 'docs', 'data'].flatMap(folder =>
    readdirSync(path.join(root, folder), {recursive: true, encoding: 'utf8'}).map(
      name => `${folder}/${name} ${statSync(path.join(root, folder, name)).mtimeMs}`,
    ),
  );
}

/** More than the files that the process may open. */
const MANY = 140;

describe.skipIf(process.platform === 'win32')('a process that may open few files', () => {
  it('reads many runs and experiments all the same', () => {
    const cwd = workplace();
    const ids = Array.from({length: MANY}, (_, second) => `20260101-${100_000 + second}-many-0000`);
    for (const id of ids)
      writeRun(path.join(cwd, 'runs'), {id, experiment: id, heads: {Male: right(1, 2)}});
    const experiments = ids.map(id => id.slice(9, -5));
    for (const name of experiments) {
      const file = path.join(cwd, 'experiments', `${name}.yaml`);
      writeFileSync(file, tinyYaml.replace('name: tiny', `name: ${name}`));
    }
    const few = (args: readonly string[]): string =>
      execFileSync(
        'sh',
        ['-c', 'ulimit -n 128; "$@" 2>&1', 'sh', process.execPath, program, ...args],
        {
          cwd,
          encoding: 'utf8',
        },
      );
    expect(few(['runs']).match(/completed/g)).toHaveLength(ids.length);
    const listed = few(['list']);
    expect(experiments.filter(name => !listed.includes(name))).toEqual([]);
    expect(listed).not.toContain('EMFILE');
    expect(few(['compare', ...ids])).not.toContain('EMFILE');
    expect(few(['report', ...ids, '--out', 'page.html'])).toContain('page.html');
  });
});

describe('what the program prints', () => {
  it('is the same in every locale', async () => {
    const cwd = workplace();
    const printed = async (locale: string): Promise<string> => {
      const env = {LANG: locale, LC_ALL: locale, LANGUAGE: locale};
      const {code, stdout} = await runProgram(['check', 'tiny'], {cwd, env});
      expect(code).toBe(0);
      return stdout;
    };
    const plain = await printed('C');
    expect(plain).toContain('1,692 parameters');
    for (const locale of ['ko_KR.UTF-8', 'de_DE.UTF-8', 'ar_EG.UTF-8', 'xx_nonsense']) {
      expect(await printed(locale)).toBe(plain);
    }
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['NO_COLOR', {NO_COLOR: '1', FORCE_COLOR: undefined}],
    ['TERM=dumb', {TERM: 'dumb', FORCE_COLOR: undefined}],
    ['no terminal at all', {TERM: undefined, FORCE_COLOR: undefined}],
  ])('holds nothing that a terminal obeys: %s', async (_what, env) => {
    const cwd = workplace();
    for (const args of [['list'], ['check', 'tiny'], ['doctor'], ['runs']]) {
      const {stdout, stderr} = await runProgram(args, {cwd, env});
      expect(stdout + stderr).not.toContain('\u001B');
    }
  });

  it('names a folder for temporary files that cannot be one', async () => {
    const {code, stdout, stderr} = await train(workplace(), {
      TMPDIR: '/dev/null/tmp',
      CELEBA_TUI_CACHE: undefined,
    });
    expect(code).toBe(4);
    expect(stdout + stderr).toContain('/dev/null/tmp');
    expect(stdout + stderr).toContain('TMPDIR');
    expect(stdout + stderr).not.toMatch(/^ +at /m);
  });
});
