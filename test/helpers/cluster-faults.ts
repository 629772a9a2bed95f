import {readdirSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {commandLine} from '../../src/util/process-identity.js';
import type {Random} from '../../src/util/random.js';
import {descendants, signal} from './processes.js';
import type {SlurmCluster} from './slurm.js';

/** What a fault did, in the words of the reliability page. */
export const FAULTS = {
  trainer: 'kill -9 of a trainer',
  task: 'kill -9 of a task: the program and its trainer',
  slurmd: 'kill -9 of a slurmd, which starts again',
  slurmctld: 'kill -9 of slurmctld, which starts again',
  node: 'a node that loses its power with all that it trains, and comes back',
  preempt: 'preemption of one task by a job of higher priority',
  requeue: 'scontrol requeue of one task',
  notice: 'the signal that comes before a time limit',
  scancel: 'scancel of one task that trains',
  lock: 'a lock file of a process that is gone, left in a run that waits',
  disk: 'a full disk, for some seconds',
} as const;
export type Fault = keyof typeof FAULTS;
const kinds = Object.keys(FAULTS) as Fault[];

/** Seconds that a daemon is down, or a disk full. */
const DOWN_MS = 3_000;

/** Where faults happen. */
type FaultPlace = {
  readonly cluster: SlurmCluster;
  /** Folder of the runs, a file system of its own. */
  readonly runs: string;
  readonly random: Random;
};

/** Makes one fault. @returns undefined where nothing was there that it could hit. */
export async function makeFault(place: FaultPlace, index: number): Promise<Fault | undefined> {
  const fault = kinds[index % kinds.length] as Fault;
  return (await makers[fault](place)) ? fault : undefined;
}

const makers: Readonly<Record<Fault, (place: FaultPlace) => boolean | Promise<boolean>>> = {
  trainer: ({runs, random}) => killOne(programs(runs).trainers, random),
  task: ({runs, random}) => {
    const task = pick(programs(runs).tasks, random);
    if (task !== undefined) killTask(task);
    return task !== undefined;
  },
  slurmd: async ({cluster, random}) => {
    const node = pick(cluster.nodes, random) as string;
    await cluster.kill(node);
    await sleep(DOWN_MS);
    cluster.startNode(node);
    return true;
  },
  slurmctld: async ({cluster}) => {
    await cluster.kill('slurmctld');
    await sleep(DOWN_MS);
    cluster.startController();
    await cluster.untilAnswering();
    return true;
  },
  node: async ({cluster, random}) => {
    const node = pick(cluster.nodes, random) as string;
    await cluster.failNode(node).finally(() => cluster.startNode(node));
    return true;
  },
  preempt: place => withTask(place, task => place.cluster.preempt(task)),
  requeue: place => withTask(place, task => place.cluster.run('scontrol', 'requeue', task)),
  notice: place => withTask(place, task => place.cluster.notify(task)),
  scancel: place => withTask(place, task => place.cluster.run('scancel', task)),
  lock: ({runs, random}) => {
    const idle = readdirSync(runs).filter(
      name => /^\d{8}-/.test(name) && !readdirSync(path.join(runs, name)).includes('events.jsonl'),
    );
    const run = pick(idle, random);
    if (run === undefined) return false;
    writeFileSync(path.join(runs, run, 'trainer.lock'), JSON.stringify({pid: 4_194_303}));
    return true;
  },
  disk: async ({runs}) => {
    const file = path.join(runs, '.queue', 'full');
    const {bsize, bavail} = statfsSync(runs);
    try {
      writeFileSync(file, Buffer.alloc(bsize * bavail));
    } catch {
      // The tasks have taken the last of it.
    }
    await sleep(DOWN_MS);
    rmSync(file, {force: true});
    return true;
  },
};

/** Kills the program of a task, and at once its trainer: neither can write an end into the log. */
function killTask(pid: number): void {
  for (const victim of [pid, ...descendants(pid)]) signal(victim);
}

/** Kills all tasks that train runs of this folder. */
export function killTasks(runs: string): void {
  programs(runs).tasks.forEach(killTask);
}

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

function killOne(pids: readonly number[], random: Random): boolean {
  const pid = pick(pids, random);
  if (pid !== undefined) signal(pid);
  return pid !== undefined;
}

/** The processes that train runs of this folder now. */
function programs(runs: string): {readonly tasks: number[]; readonly trainers: number[]} {
  const pids = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
  const fits = (words: (command: readonly string[]) => boolean): number[] =>
    pids.filter(pid => words(commandLine(pid) ?? []));
  return {
    tasks: fits(command => command.includes('run-task') && command.includes(runs)),
    trainers: fits(command => command.some(word => word.startsWith(`${runs}${path.sep}2`))),
  };
}

/** Tells Slurm something about a task that trains; a controller that is down is asked later. */
function withTask({cluster, random}: FaultPlace, act: (task: string) => unknown): boolean {
  try {
    const running = cluster.run('squeue', '-h', '-p', 'short', '-t', 'RUNNING', '-o', '%i');
    const task = pick(running.split('\n').filter(Boolean), random);
    if (task === undefined) return false;
    act(task.trim());
    return true;
  } catch {
    return false;
  }
}

/**
 * Does what an administrator does after faults, until it is stopped: lets requeued tasks start at once, which Slurm
 * keeps for two minutes otherwise, releases those that it holds because a launch failed, and returns nodes that
 * it drained because a task of an earlier life was still there ("Duplicate jobid").
 */
export function hurryRequeued(cluster: SlurmCluster): () => void {
  // A node refuses a task that starts in the second in which its last life ended ("already killed").
  let seenBefore = new Set<string>();
  const timer = setInterval(() => {
    const seen = new Set<string>();
    try {
      for (const row of cluster.run('squeue', '-h', '-t', 'PENDING', '-o', '%i %r').split('\n')) {
        const [task = '', ...reason] = row.split(' ');
        if (reason.join(' ').startsWith('launch failed')) cluster.run('scontrol', 'release', task);
        if (reason.join(' ') !== 'BeginTime') continue;
        seen.add(task);
        if (seenBefore.has(task))
          cluster.run('scontrol', 'update', `jobid=${task}`, 'starttime=now');
      }
      const drained = cluster.run('sinfo', '-h', '-N', '-p', 'short', '-t', 'drained', '-o', '%N');
      for (const node of drained.split('\n').filter(Boolean))
        cluster.run('scontrol', 'update', `nodename=${node}`, 'state=resume');
    } catch {
      // The controller is down.
    }
    seenBefore = seen;
  }, 2_000);
  return () => clearInterval(timer);
}
