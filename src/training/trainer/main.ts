/**
 * The trainer process: waits for `start`, trains one run, reports, and ends. Calls process.exit, since
 * TensorFlow's threads would keep a finished trainer alive.
 */
import os from 'node:os';
import type {TrainerCommand, TrainerMessage} from '../../runs/trainer-commands.js';
import {EventLogReader, EventLogWriter} from '../../runs/event-log.js';
import {RunFolder} from '../../runs/run-folder.js';
import {metricsCsv} from '../../runs/run-csv.js';
import {assertTrainable} from '../../runs/folder-faults.js';
import {TensorBoardLog} from '../../artifacts/tensorboard/tensorboard-log.js';
import {TrainingControl} from '../context.js';
import {assertNever} from '../../util/assert-never.js';
import {cacheFolder} from '../../util/cache-folder.js';
import {CHECKPOINT_SECONDS, millisecondsFrom} from '../../util/environment-seconds.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {describeHolder, UNSEEN} from '../../util/lock-file.js';
import {HeldLock, tryLock} from '../../util/lock.js';
import {UserError, messageOf} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {Reporter} from './reporter.js';
import {environmentFault} from './environment-fault.js';
import {runTrainer} from './run-trainer.js';
import {sampleSystem} from './sample-system.js';

const control = new TrainingControl();
let started = false;
let detached = false;
/** Reporter of the run in progress. */
let reporter: Reporter | undefined;

function send(message: TrainerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

process.on('message', (command: TrainerCommand) => {
  switch (command.type) {
    case 'start':
      if (!started) {
        started = true;
        void train(command.folder, command.resume);
      }
      return;
    case 'stop':
      return control.stop();
    case 'pause':
      return control.pause();
    case 'resume':
      return control.resume();
    case 'detach':
      detached = true;
      return;
    default:
      return assertNever(command);
  }
});

// A parent that disconnects without `detach` was killed: end with a checkpoint.
process.on('disconnect', () => {
  if (!started) process.exit(0);
  if (!detached) endOrphaned();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => control.stop());
// A process that follows this trainer without a channel pauses and resumes it.
process.on('SIGTSTP', () => control.pause());
process.on('SIGCONT', () => control.resume());

/** Logs why it ends, so that a waiting program resumes the run. */
function endOrphaned(): void {
  try {
    if (reporter?.isOpen === true) reporter.emit({type: 'run.orphaned'});
  } catch {
    // The disk is full; the trainer must end all the same.
  }
  control.stop('interrupted');
}

const ALIVE_MS = 1000;

/** Default interval of checkpoints within an epoch. */
const CHECKPOINT_MS = 60_000;

/** Trains a run that no other trainer holds; otherwise ends without changing the run's folder. */
async function train(path: string, resume: boolean): Promise<void> {
  const folder = new RunFolder(path);
  // A thread writes the heartbeat: a batch may take longer than the timeout.
  const lock = await tryLock(folder.lock, {inThread: true}).catch(messageOf);
  if (typeof lock === 'string') return refuse(`${folder.lock}: ${lock}`);
  if (!(lock instanceof HeldLock)) {
    const {holder, liveness} = lock;
    const unseen = liveness === 'unknown' ? ` ${UNSEEN}.` : '';
    refuse(`${folder.id} is being trained by ${describeHolder(holder)}.${unseen}`);
    return;
  }
  let exitCode = 4;
  try {
    exitCode = await trainLocked(folder, resume, lock);
  } catch (error) {
    // The failure could not be logged: the disk is full, or the folder is gone.
    process.stderr.write(`${messageOf(error)}\n`);
    if (error instanceof LockLost) return refuse(`${folder.id}: ${error.message}`);
  } finally {
    await lock.release().catch(() => {});
  }
  leave(exitCode);
}

/** Ends without an event in the log, which belongs to another trainer. */
function refuse(reason: string): void {
  process.exitCode = 1;
  if (process.connected) sendLast({type: 'refused', reason});
  else process.exit();
}

/**
 * Another trainer has taken over the run: this one must not change the run's folder. Another machine
 * may do so where this trainer was suspended for a minute.
 */
class LockLost extends Error {
  override readonly name = 'LockLost';

  constructor() {
    super(
      'Another trainer took over the run, or its lock was removed, while this trainer was suspended.',
    );
  }
}

async function trainLocked(folder: RunFolder, resume: boolean, lock: HeldLock): Promise<number> {
  assertTrainable(folder);
  const past = await new EventLogReader(folder.events).readNew();
  const log = new EventLogWriter(folder.events);
  const locked = <T extends unknown[]>(write: (...args: T) => void) => {
    return (...args: T): void => {
      if (!lock.isHeld()) throw new LockLost();
      write(...args);
    };
  };
  const board = new TensorBoardLog(folder, os.hostname());
  const runReporter = new Reporter(folder.id, past, {
    log: {append: locked(event => log.append(event))},
    now: () => Date.now(),
    send: event => {
      board.take(event);
      send({type: 'event', event});
    },
  });
  reporter = runReporter;
  const stopSampling = sampleSystem(runReporter, process.env);
  let exitCode = 0;
  try {
    await runTrainer({
      ...{folder, reporter: runReporter, control, resume, env: process.env},
      cacheFolder: cacheFolder(process.env),
      checkpointMs: millisecondsFrom(process.env, CHECKPOINT_SECONDS) ?? CHECKPOINT_MS,
      syncLog: locked(() => log.sync()),
    });
  } catch (error) {
    if (error instanceof LockLost) throw error;
    exitCode = await fail(error, folder, runReporter);
  } finally {
    stopSampling();
    log.close();
  }
  return exitCode;
}

/** A failed run never has the exit code of a success or of a stop. */
function failureCode({exitCode}: Partial<Pick<UserError, 'exitCode'>> = {}): Exclude<
  ExitCode,
  0 | 130
> {
  return exitCode === undefined || exitCode === 0 || exitCode === 130 ? 4 : exitCode;
}

/** Reports why the run failed. @returns The exit code. */
async function fail(error: unknown, folder: RunFolder, reporter: Reporter): Promise<number> {
  const fault = environmentFault(error, folder);
  const expected = fault ?? (error instanceof UserError ? error : undefined);
  if (expected === undefined)
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const hint = expected?.hint ?? `The trainer's output is in ${folder.trainerLog}.`;
  const exitCode = failureCode(expected);
  if (reporter.state.models.some(({history}) => history.length > 0)) {
    await writeAtomic(folder.metrics, metricsCsv(reporter.state)).catch(() => {});
  }
  reporter.fail({type: 'run.failed', message: messageOf(expected ?? error), hint, exitCode});
  return exitCode;
}

/** Ends after the parent has received the last event. */
function leave(exitCode: number): void {
  process.exitCode = exitCode;
  if (!process.connected) process.exit();
  sendLast({type: 'done'});
}

function sendLast(message: TrainerMessage): void {
  process.send?.(message, undefined, undefined, () => process.exit());
}

setInterval(() => send({type: 'alive'}), ALIVE_MS).unref();
send({type: 'ready', pid: process.pid});
