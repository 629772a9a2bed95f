import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {decodeEvent} from '../../src/runs/events.js';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, resultOf, runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram, type Finished, type ProgramOptions} from '../helpers/program.js';
import {mounted} from '../helpers/small-disk.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const linux = process.platform === 'linux';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
});

const run = (
  cwd: string,
  args: readonly string[] = [],
  options: Partial<ProgramOptions> = {},
): Promise<Finished> =>
  runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd, ...options});
const resume = (cwd: string, ...args: string[]): Promise<Finished> =>
  runProgram(['run', '--resume', '--ci', ...args], {cwd});
const endless = ['--set', 'training.epochs=100000'];

/** Does something once, when the first epoch has ended. */
function afterAnEpoch(act: (pid: number) => void): Pick<ProgramOptions, 'onOutput'> {
  let done = false;
  return {
    onOutput: (stdout, child) => {
      if (done || !stdout.includes('epoch  ')) return;
      done = true;
      act(child.pid!);
    },
  };
}

/** A module that is loaded into the trainer alone, before it. */
const inTrainer = (code: string, flags = ''): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `${flags} --import="data:text/javascript,${encodeURIComponent(
    `if (process.argv[1]?.includes('trainer')) {${code}}`,
  )}"`,
});

describe.runIf(linux)('a trainer', () => {
  it('that is stopped by the system is said to be silent, then ended, and can be resumed', async () => {
    const cwd = workplace();
    const {code, stdout, stderr} = await run(cwd, endless, {
      env: {CELEBA_TUI_STUCK_SECONDS: '3'},
      ...afterAnEpoch(pid => descendants(pid).forEach(child => signal(child, 'SIGSTOP'))),
    });
    expect(stderr).toContain('has given no sign of life for 1 s');
    expect(stdout).toContain('it gave no sign of life for 3 s');
    expect(stdout).toContain('celeba-tui run --resume');
    expect(code).toBe(4);
    expect((await runProgram(['runs'], {cwd})).stderr).toContain('1 crashed.');
  });

  it('that runs out of memory is a crash that says so', async () => {
    const cwd = workplace();
    const {code, stdout} = await run(cwd, endless, {
      env: inTrainer(
        `const kept = [];
        setTimeout(() => setInterval(() => {
          for (let i = 0; i < 40; i++) kept.push(Array.from({length: 1e5}, () => ({})));
        }, 1), 1000);`,
        '--max-old-space-size=200',
      ),
    });
    expect(stdout).toContain('It ran out of memory');
    expect(code).toBe(4);
    expect((await readRun(runFolders(cwd)[0]!)).status).toBe('crashed');
  });

  it('that is never ready is said to be silent, then ended, and can be resumed', async () => {
    const cwd = workplace();
    const {code, stdout, stderr} = await run(cwd, [], {
      env: {...inTrainer('for (;;);'), CELEBA_TUI_STUCK_SECONDS: '3'},
    });
    expect(stderr).toContain('has given no sign of life for 1 s');
    expect(stdout).toContain('it gave no sign of life for 3 s');
    expect(code).toBe(4);
    expect((await resume(cwd)).code).toBe(0);
  });

  it('that floods its log is still followed, and its last words are few', async () => {
    const cwd = workplace();
    const {code, stdout} = await run(cwd, endless, {
      env: inTrainer(
        `const line = 'x'.repeat(1e6) + '\\n';
        let lines = 0;
        setInterval(() => {
          for (let i = 0; i < 4; i++) process.stderr.write(line);
          lines += 4;
          if (lines >= 200) process.kill(process.pid, 'SIGABRT');
        }, 10);`,
      ),
    });
    expect(statSync(runFolders(cwd)[0]!.trainerLog).size).toBeGreaterThan(100e6);
    expect(stdout).toContain('was ended by SIGABRT');
    expect(stdout.match(/x+/g)!.every(piece => piece.length < 1000)).toBe(true);
    expect(code).toBe(4);
  });

  it('whose clock goes backwards still writes a log whose times do not', async () => {
    const cwd = workplace();
    const {code} = await run(cwd, [], {
      env: inTrainer(
        'const now = Date.now(); let calls = 0; Date.now = () => now - 60_000 * calls++;',
      ),
    });
    expect(code).toBe(0);
    const times = readFileSync(runFolders(cwd)[0]!.events, 'utf8')
      .trim()
      .split('\n')
      .map(line => decodeEvent(line)!.at);
    expect(times).toEqual([...times].sort());
  });

  it('finishes though its images are deleted; without them it cannot resume, with them it can', async () => {
    const cwd = workplace();
    const hidden = `${data}-hidden`;
    const {code} = await run(cwd, ['--set', 'training.epochs=60'], {
      ...afterAnEpoch(() => renameSync(data, hidden)),
    });
    expect(code).toBe(0);
    renameSync(hidden, data);
    const interrupted = workplace(tinyYaml.replace('epochs: 2', 'epochs: 60'));
    await run(
      interrupted,
      [],
      afterAnEpoch(pid => signal(pid, 'SIGTERM')),
    );
    renameSync(data, hidden);
    const without = await resume(interrupted);
    renameSync(hidden, data);
    expect(without.stdout).toContain('no such folder');
    expect(without.code).toBe(3);
    const [folder] = runFolders(interrupted);
    expect((await resume(interrupted, folder!.id)).code).toBe(0);
    expect(resultOf(folder!)).toEqual(resultOf(runFolders(cwd)[0]!));
  });
});

describe.runIf(linux)('the program', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)('ends its run with a checkpoint at %s', async name => {
    const cwd = workplace();
    const {code} = await run(
      cwd,
      endless,
      afterAnEpoch(pid => signal(pid, name)),
    );
    expect(code).toBe(130);
    const [folder] = runFolders(cwd);
    const {status, state} = await readRun(folder!);
    expect(status).toBe('stopped');
    expect(state.models[0]!.history.length).toBeGreaterThan(0);
    expect(readdirSync(folder!.checkpoints)).toEqual(['latest.checkpoint']);
  });

  it('ends its run with a checkpoint at SIGINT, lists what it reached, and resumes from there', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 200'));
    const {code, stdout} = await run(
      cwd,
      [],
      afterAnEpoch(pid => signal(pid, 'SIGINT')),
    );
    expect(code).toBe(130);
    expect(stdout).toContain('stopped');
    expect((await runProgram(['runs'], {cwd})).stdout).toMatch(
      /stopped Male [01]\.\d{3} +Smiling [01]\.\d{3}/,
    );
    const [folder] = runFolders(cwd);
    const {status, state} = await readRun(folder!);
    expect(status).toBe('stopped');
    expect(state.models[0]!.history.length).toBeGreaterThan(0);
    expect(readdirSync(folder!.checkpoints)).toEqual(['latest.checkpoint']);
    expect(readFileSync(folder!.metrics, 'utf8')).toContain('1,multi-output,Male,train');
    const resumed = await resume(cwd);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain('resumes from epoch');
    expect((await readRun(folder!)).state.models[0]!.history).toHaveLength(200);
  });

  it('kills its trainer at a second SIGINT, and loses nothing that a checkpoint has', async () => {
    const cwd = workplace();
    let trainer: number | undefined;
    const {code, stderr} = await run(cwd, endless, {
      ...afterAnEpoch(pid => {
        [trainer] = descendants(pid);
        // It could not end in time.
        signal(trainer!, 'SIGSTOP');
        signal(pid, 'SIGINT');
        setTimeout(() => signal(pid, 'SIGINT'), 1500);
      }),
    });
    expect(stderr).toContain('killing the trainer');
    expect(code).toBe(130);
    const [folder] = runFolders(cwd);
    expect((await readRun(folder!)).status).toBe('stopped');
    // Somebody stopped it: it is not offered as interrupted.
    expect((await runProgram(['runs'], {cwd})).stderr).not.toContain('Unfinished');
  });

  it('may be started twice at once: each has its run, and neither disturbs the other', async () => {
    const cwd = workplace();
    const both = await Promise.all([run(cwd), run(cwd)]);
    expect(both.map(({code}) => code)).toEqual([0, 0]);
    const [first, second] = runFolders(cwd);
    expect(resultOf(second!)).toEqual(resultOf(first!));
  });

  it('resumes a run once, though it is asked twice at once', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 60'));
    await run(
      cwd,
      [],
      afterAnEpoch(pid => signal(pid, 'SIGTERM')),
    );
    const [folder] = runFolders(cwd);
    const both = await Promise.all([resume(cwd), resume(cwd)]);
    expect(both.map(({code}) => code)).toContain(0);
    expect((await readRun(folder!)).status).toBe('completed');
    expect(isNumbered(folder!)).toBe(true);
  });

  it('resumes past a log that was torn in the middle of a line', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 60'));
    await run(
      cwd,
      [],
      afterAnEpoch(pid => [...descendants(pid), pid].forEach(one => signal(one))),
    );
    const [folder] = runFolders(cwd);
    writeFileSync(folder!.events, `${readFileSync(folder!.events, 'utf8')}{"type":"epoch.en`);
    expect((await resume(cwd)).code).toBe(0);
    expect(isNumbered(folder!)).toBe(true);
    expect((await readRun(folder!)).state.models[0]!.history).toHaveLength(60);
  });
});

describe.runIf(linux)('the disk', () => {
  it('that is full ends the run with a word on it; with room again it resumes', async context => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 400'));
    if (!mounted(path.join(cwd, 'runs'), 'size=400k')) return context.skip('mount is not allowed');
    const {code, stdout} = await run(cwd);
    expect(stdout).toContain('the disk is full (no bytes or no inodes are left) (ENOSPC)');
    expect(stdout).toContain('celeba-tui run --resume');
    expect(code).toBe(4);
    execFileSync('mount', ['-o', 'remount,size=50m', path.join(cwd, 'runs')]);
    expect((await resume(cwd)).code).toBe(0);
    const [folder] = runFolders(cwd);
    expect((await readRun(folder!)).state.models[0]!.history).toHaveLength(400);
    expect(isNumbered(folder!)).toBe(true);
  });

  it('that can be read only is a clear error with exit code 1', async context => {
    const cwd = workplace();
    if (!mounted(path.join(cwd, 'runs'), 'ro,size=400k'))
      return context.skip('mount is not allowed');
    const {code, stderr} = await run(cwd);
    expect(stderr).toMatch(/read-only file system/i);
    expect(stderr).toContain('--runs DIR');
    expect(stderr).not.toMatch(/\n +at /);
    expect(code).toBe(1);
  });
});
