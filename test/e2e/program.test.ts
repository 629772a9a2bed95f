import {execFile} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {workplace} from '../helpers/workplace.js';

describe('the program', () => {
  it('loads every file of its bundle, except Ink’s debugger', async () => {
    const chunks = new URL('../../dist/chunks/', import.meta.url);
    const files = readdirSync(chunks).filter(
      file => file.endsWith('.js') && !file.startsWith('devtools-'),
    );
    expect(files.length).toBeGreaterThan(50);
    const loads = files.map(file => `await import(${JSON.stringify(new URL(file, chunks).href)});`);
    const {stderr} = await promisify(execFile)(process.execPath, [
      ...['--input-type=module', '--eval', loads.join('\n')],
    ]);
    expect(stderr).toBe('');
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
