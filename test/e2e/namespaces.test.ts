import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {program, runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

/** A container's share of what makes processes invisible: ids and the host's name of its own. */
const CONTAINER = ['--pid', '--fork', '--mount-proc', '--uts', '--kill-child'];
const canUnshare = spawnSync('unshare', [...CONTAINER, 'true']).status === 0;
if (!canUnshare) process.stderr.write('skipped: this machine gives no process namespaces\n');

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder(), {images: 40});
});

const endless = (): string => workplace(tinyYaml.replace('epochs: 2', 'epochs: 100000'));

/** The program in a container that shares the working folder. */
function inContainer(cwd: string, ...args: readonly string[]): ChildProcess {
  const script = 'hostname container; exec "$@"';
  const command = ['sh', '-c', script, 'sh', process.execPath, program, ...args];
  const child = spawn('unshare', [...CONTAINER, ...command], {cwd, stdio: 'ignore'});
  onTestFinished(() => {
    if (child.pid !== undefined) descendants(child.pid).forEach(pid => signal(pid));
    child.kill('SIGKILL');
  });
  return child;
}

async function trainsInContainer(cwd: string): Promise<{child: ChildProcess; folder: RunFolder}> {
  const child = inContainer(cwd, 'run', 'tiny', '--data', data, '--ci');
  const epochs = async (): Promise<number> => {
    const [folder] = existsSync(`${cwd}/runs`) ? runFolders(cwd) : [];
    if (folder === undefined) return 0;
    return (await readRun(folder)).state.models[0]?.history.length ?? 0;
  };
  await expect.poll(epochs, {timeout: 120_000, interval: 200}).toBeGreaterThan(1);
  const [folder] = runFolders(cwd);
  if (folder === undefined) throw new Error('No run has begun.');
  return {child, folder};
}

describe.runIf(canUnshare)('a run that a container trains', () => {
  it('runs, seen from outside, and is neither resumed nor forced away while its heart beats', async () => {
    const cwd = endless();
    const {folder} = await trainsInContainer(cwd);
    const lock = JSON.parse(readFileSync(folder.lock, 'utf8')) as {pid: number; host: string};
    expect(lock.host).toBe('container');
    expect((await readRun(folder)).status).toBe('running');
    const listed = await runProgram(['runs'], {cwd});
    expect(listed.stdout).toMatch(/running/);
    expect(listed.stderr).toContain(
      `${folder.id} is or was trained by process ${lock.pid} on container`,
    );

    const {code, stderr} = await runProgram(['run', '--resume', folder.id, '--ci'], {cwd});
    expect(stderr).toContain('watching its heartbeat for up to 60 s');
    expect(stderr).toContain(`${folder.id} is trained by process ${lock.pid} on container`);
    expect(stderr).toContain('--force');
    expect(code).toBe(1);
    expect((await readRun(folder)).status).toBe('running');
    expect(isNumbered(folder)).toBe(true);
  }, 300_000);

  it('can be resumed by force once its container is gone, and resumes', async () => {
    const cwd = endless();
    const {child, folder} = await trainsInContainer(cwd);
    descendants(child.pid!).forEach(pid => signal(pid));
    let isStopped = false;
    const {stdout, code} = await runProgram(['run', '--resume', folder.id, '--force', '--ci'], {
      cwd,
      onOutput: (text, resumed) => {
        if (!isStopped && text.includes('epoch  ')) isStopped = resumed.kill('SIGTERM');
      },
    });
    expect(stdout).toMatch(/resumes from|starts again/);
    expect(code).toBe(130);
    expect(isNumbered(folder)).toBe(true);
    expect(existsSync(folder.lock)).toBe(false);
  }, 300_000);
});
