import {setTimeout as sleep} from 'node:timers/promises';
import type {RunEvent} from '../../runs/events.js';
import {endEvents} from '../../runs/queue/end-events.js';
import {TrainerProcess, type TrainerEnd} from '../../runs/queue/trainer-process.js';
import type {RunFolder} from '../../runs/run-folder.js';
import {readRun} from '../../runs/run-record.js';
import {reduceRun, type RunState} from '../../runs/run-state.js';
import {hasResult} from '../../runs/status.js';
import {millisecondsFrom, STUCK_SECONDS} from '../../util/environment-seconds.js';
import {describeHolder} from '../../util/lock-file.js';
import {clearLock} from '../../util/lock.js';
import {trainerProgram, type RunDeps} from '../start.js';

/** How long a trainer may take for its checkpoint. */
const GRACE_MS = {
  /** Slurm kills what has not ended 30 seconds after SIGTERM, by default. */
  SIGTERM: 20_000,
  /** Comes 90 seconds before the time limit. */
  SIGUSR1: 75_000,
} as const;
type StopSignal = keyof typeof GRACE_MS;

/** How often a task looks whether an earlier trainer of its run has ended. */
const LOOK_MS = 2_000;

type TaskHooks = {
  readonly onEvent: (event: RunEvent, epochs: number) => void;
  readonly onNotice: (text: string) => void;
};

type TaskEnd = {
  readonly state: RunState;
  /** The signal after which it stopped with a checkpoint. */
  readonly stoppedBy: StopSignal | undefined;
};

/**
 * Trains the run of a task, from its checkpoint where there is one. A run that has its result stays
 * as it is: the cluster may start a task twice.
 */
export async function trainTask(
  folder: RunFolder,
  {env, signals, now}: Pick<RunDeps, 'env' | 'signals' | 'now'>,
  hooks: TaskHooks,
): Promise<TaskEnd> {
  let stoppedBy: StopSignal | undefined;
  let trainer: TrainerProcess | undefined;
  const listeners = (['SIGUSR1', 'SIGTERM'] as const).map(signal => {
    const onSignal = (): void => {
      if (stoppedBy !== undefined) return;
      stoppedBy = signal;
      void trainer?.stop(GRACE_MS[signal]);
    };
    signals.on(signal, onSignal);
    return [signal, onSignal] as const;
  });
  try {
    for (;;) {
      await untilFree(folder, hooks, () => stoppedBy !== undefined);
      const {state} = await readRun(folder);
      if (stoppedBy !== undefined || hasResult(state.status)) return {state, stoppedBy};
      const isResumed = state.trainer !== undefined;
      let run = state;
      const take = (event: RunEvent): void => {
        run = reduceRun(run, event);
        hooks.onEvent(event, run.epochs);
      };
      trainer = new TrainerProcess(folder, isResumed, {
        program: trainerProgram,
        env: {...env, ...threadsOfAllocation(env)},
        stuckMs: millisecondsFrom(env, STUCK_SECONDS),
        onEvent: take,
        onSilence: hooks.onNotice,
      });
      const end = await trainer.ended;
      // Another trainer took the run: the cluster had started the task twice.
      if (end.how === 'refused') continue;
      await writeEnd(folder, end, run.lastSeq, now, take);
      return {state: (await readRun(folder)).state, stoppedBy};
    }
  } finally {
    for (const [signal, listener] of listeners) signals.off(signal, listener);
  }
}

/** Waits until no trainer works on the run, as after a node that only seemed to have failed. */
async function untilFree(
  {lock}: RunFolder,
  {onNotice}: TaskHooks,
  isStopped: () => boolean,
): Promise<void> {
  let wasTold = false;
  while (!isStopped()) {
    const holder = await clearLock(lock);
    if (holder === undefined) return;
    if (!wasTold) onNotice(`Waiting for ${describeHolder(holder)}, which still trains the run.`);
    wasTold = true;
    await sleep(LOOK_MS);
  }
}

async function writeEnd(
  folder: RunFolder,
  end: TrainerEnd,
  lastSeq: number,
  now: () => number,
  take: (event: RunEvent) => void,
): Promise<void> {
  if (end.how !== 'crashed' && end.how !== 'killed') return;
  const at = new Date(now()).toISOString();
  for (const event of await endEvents(folder, end, {lastSeq, at})) take(event);
}

/** TensorFlow gets a thread for each processor of the task, not of the node, unless the user says otherwise. */
function threadsOfAllocation(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const allocated = Number(env['SLURM_CPUS_PER_TASK'] ?? env['SLURM_CPUS_ON_NODE']);
  const isSet = (env['TF_NUM_INTRAOP_THREADS'] ?? '') !== '';
  return isSet || !(allocated >= 1) ? {} : {TF_NUM_INTRAOP_THREADS: String(allocated)};
}
