import {execFile} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {workplace} from '../helpers/workplace.js';

const bundler: string = '../../scripts/bundle.mjs';

describe('the program', () => {
  it('loads every module of its bundle', async () => {
    const {programs} = (await import(bundler)) as {readonly programs: readonly string[]};
    const bundle = fileURLToPath(new URL('../../dist/bundle.cjs', import.meta.url));
    const modules = [
      ...readFileSync(bundle, 'utf8').matchAll(/(\binit_\w+) = __esm\(\{\s*"([^"]+)"/g),
    ].filter(([, , file]) => !programs.some(name => file === `src/${name}.ts`));
    expect(modules.length).toBeGreaterThan(500);
    const load = `
      const Module = require('node:module');
      const module = Object.assign(new Module(process.argv[1]), {
        filename: process.argv[1],
        paths: Module._nodeModulePaths(process.argv[1]),
      });
      const source = require('node:fs').readFileSync(process.argv[1], 'utf8');
      module._compile(source + process.argv[2], process.argv[1]);`;
    const calls = modules.map(([, name]) => `${name}();`).join('\n');
    const {stderr} = await promisify(execFile)(process.execPath, ['--eval', load, bundle, calls]);
    expect(stderr).toBe('');
  });

  it('starts with compiled code that is missing, intact, changed or cut short', async () => {
    const cwd = workplace();
    const cache = path.join(cwd, 'cache');
    const list = (): Promise<unknown> =>
      runProgram(['list'], {cwd, env: {CELEBA_TUI_CACHE: cache}});
    const listed = await list();
    expect(listed).toMatchObject({code: 0, stderr: ''});
    const [code = ''] = readdirSync(cache, {recursive: true, encoding: 'utf8'})
      .filter(file => file.endsWith('code-main-list'))
      .map(file => path.join(cache, file));
    const bytes = readFileSync(code);
    for (const damaged of [bytes, bytes.map(byte => byte ^ 1), bytes.subarray(0, 1000)]) {
      writeFileSync(code, damaged);
      expect(await list()).toEqual(listed);
      expect(readFileSync(code).length).toBeGreaterThan(1000);
    }
  });

  it('without a terminal says so, and names what works without one', async () => {
    const {code, stderr} = await runProgram([], {cwd: workplace()});
    expect(code).toBe(2);
    expect(stderr).toContain('run EXPERIMENT --ci');
  });

  it('ends quietly when nobody reads on', async () => {
    const {code, stderr} = await runProgram(['schema'], {
      cwd: workplace(),
      onOutput: (_text, child) => child.stdout?.destroy(),
    });
    expect([0, null]).toContain(code);
    expect(stderr).toBe('');
  });

  it('checks without loading tensorflow', async () => {
    const {code, stdout} = await runProgram(['check', 'tiny'], {
      cwd: workplace(),
      env: {CELEBA_TUI_CACHE: path.join(temporaryFolder(), 'cache')},
    });
    expect(code).toBe(0);
    expect(stdout).toContain('1,692 parameters');
    expect(stdout).toContain('Total params: 1,692 (6.61 KB)');
  });

  it('copies the example experiments, and never over what is there', async () => {
    const cwd = workplace('mine');
    writeFileSync(path.join(cwd, 'experiments', 'quick.yaml'), 'mine');
    const {stdout} = await runProgram(['init'], {cwd});
    expect(stdout).toContain('kept  experiments/quick.yaml');
    expect(stdout).toContain('made  experiments/separate.yaml');
    expect(readFileSync(path.join(cwd, 'experiments', 'quick.yaml'), 'utf8')).toBe('mine');
  });

  it('says what is wrong and what to do with every condition', async () => {
    const cwd = workplace();
    const {stdout, code} = await runProgram(['doctor'], {cwd});
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
    expect(stdout).toMatch(/^ok +runs/m);
    expect(stdout).toMatch(/^ok +backend +TensorFlow/m);
    expect(stdout).toMatch(/^note +data +data\/celeba does not exist/m);
    expect(code).toBe(0);
    const without = await runProgram(['doctor', '--runs', 'experiments/tiny.yaml'], {
      cwd: workplace(),
    });
    expect(without.stdout).toMatch(/^wrong +runs/m);
    expect(without.code).toBe(1);
  });
});
