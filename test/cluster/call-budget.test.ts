import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {lookAtClusters} from '../../src/app/cluster/look.js';
import {readClusterState, writeClusterState} from '../../src/runs/cluster/cluster-state.js';
import {appendToJournal} from '../../src/runs/queue/journal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const ID = '20260101-000000-0000abcd';
const TASKS = 200;
const MINUTE_MS = 60_000;

/** A folder with a queue of which each task waits, and a PATH whose programs of Slurm note their calls. */
async function waitingQueue() {
  const runs = path.join(temporaryFolder(), 'runs');
  mkdirSync(path.join(runs, '.queue'), {recursive: true});
  const settings = {backend: 'auto', failFast: false};
  appendToJournal(runs, ID, {type: 'queue.opened', version: 3, settings});
  appendToJournal(runs, ID, {type: 'array.submitted', job: '12', user: 'root', keys: []});
  const tasks = Array.from({length: TASKS}, (_, index) => [
    `run-${index}`,
    {job: `12_${index}`, state: 'PENDING', isListed: true, afterSeq: 0},
  ]);
  await writeClusterState(runs, ID, {tasks: Object.fromEntries(tasks) as Record<string, never>});

  const bin = temporaryFolder('slurm');
  const calls = path.join(bin, 'calls');
  const list = path.join(bin, 'list');
  writeFileSync(calls, '');
  writeFileSync(list, `12_[0-${TASKS - 1}]|PENDING|Priority\n`);
  const note = `#!/bin/sh\necho "$(basename "$0")" >>"${calls}"\n`;
  const programs = {
    squeue: `${note}cat "${list}"\n`,
    scontrol: `${note}echo "ArrayJobId=12 ArrayTaskId=0 JobState=NODE_FAIL ExitCode=0:1 NodeList=n1"\n`,
    // Without accounting it asks nobody.
    sacct: '#!/bin/sh\nexit 1\n',
  };
  for (const [name, script] of Object.entries(programs))
    writeFileSync(path.join(bin, name), script, {mode: 0o755});
  return {
    runs,
    env: {PATH: `${bin}:/usr/bin:/bin`},
    /** Lets Slurm list the tasks from this one on. */
    listFrom: (first: number) =>
      writeFileSync(list, `12_[${first}-${TASKS - 1}]|PENDING|Priority\n`),
    calls: () => readFileSync(calls, 'utf8').split('\n').filter(Boolean),
  };
}

it('calls the controller twice a minute at most while 200 tasks wait, however many watch and resume', async () => {
  const {runs, env, calls} = await waitingQueue();
  const times: number[] = [];
  for (let nowMs = 0; nowMs < 10 * MINUTE_MS; nowMs += 1_000) {
    const before = calls().length;
    const options = {env, now: () => nowMs};
    // The interface and --wait look each second, at the same time; and every 7 s somebody resumes.
    const looks = [1, 2].map(() => lookAtClusters(runs, options));
    if (nowMs % 7_000 === 0) looks.push(lookAtClusters(runs, {...options, isForced: true}));
    await Promise.all(looks);
    times.push(...Array<number>(calls().length - before).fill(nowMs));
  }
  const inMinuteFrom = (start: number): number =>
    times.filter(at => at >= start && at < start + MINUTE_MS).length;
  expect(Math.max(...times.map(inMinuteFrom))).toBeLessThanOrEqual(2);
  // Nobody waits longer than a minute for news.
  expect(times.length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...times.map((at, index) => at - (times[index - 1] ?? 0)))).toBeLessThanOrEqual(
    MINUTE_MS,
  );
  expect((await readClusterState(runs, ID))?.tasks['run-199']).toMatchObject({
    state: 'PENDING',
    reason: 'Priority',
  });
});

it('asks why a task is gone with the second call, or in the next minute', async () => {
  const {runs, env, listFrom, calls} = await waitingQueue();
  const task = async (run: string) => (await readClusterState(runs, ID))?.tasks[run];
  await lookAtClusters(runs, {env, now: () => 0});
  listFrom(1);
  await lookAtClusters(runs, {env, now: () => 1_000, isForced: true});
  expect(calls()).toEqual(['squeue', 'squeue']);
  expect(await task('run-0')).toMatchObject({isListed: true});

  await lookAtClusters(runs, {env, now: () => 1_000 + MINUTE_MS});
  expect(calls()).toEqual(['squeue', 'squeue', 'squeue', 'scontrol']);
  expect(await task('run-0')).toMatchObject({isListed: false, state: 'NODE_FAIL'});
});
