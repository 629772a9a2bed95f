import type {RunEvent} from '../events.js';
import {readRun, type RunRecord} from '../run-record.js';
import {lookAtTrainer, trainedElsewhere} from '../run-holder.js';
import {RunFolder} from '../run-folder.js';
import {initialRunState} from '../run-state.js';
import {currentStatus} from '../status.js';
import {removeStaleLock} from '../../util/lock.js';
import {livenessOf} from '../../util/process-identity.js';
import {endEvents, type SilentEnd} from './end-events.js';
import {FollowedTrainer} from './followed-trainer.js';
import type {QueueItem, RunQueueOptions} from './queue-state.js';
import {TrainerProcess, type Trainer, type TrainerEnd} from './trainer-process.js';

/** Whether a queue starts no more runs: it was stopped, or left to other processes. */
export type Stopping = 'no' | 'all' | 'detached';

/** What the training of one run needs of its queue. */
type ItemQueue = Pick<
  RunQueueOptions,
  'createRun' | 'trainerProgram' | 'env' | 'stuckMs' | 'now'
> & {
  /** By the keys of their items. */
  readonly trainers: Map<string, Trainer>;
  readonly stopping: () => Stopping;
  /** Number of the last event of the run that arrived. */
  readonly lastSeq: () => number;
  readonly change: (change: Partial<QueueItem>) => void;
  readonly onEvent: (event: RunEvent) => void;
  /** Receives what no log tells. */
  readonly onNotice: (message: string) => void;
};

/** Trains a run of a queue to its end, new or from its last checkpoint. */
export function trainItem(item: QueueItem, queue: ItemQueue): Promise<TrainerEnd> {
  return item.folder === undefined
    ? start(item, queue)
    : resume(item.key, new RunFolder(item.folder), queue);
}

async function start({key, job}: QueueItem, queue: ItemQueue): Promise<TrainerEnd> {
  const folder = await queue.createRun(job);
  const {name} = job.experiment;
  const run = {...initialRunState(folder.id), experiment: name, status: 'starting' as const};
  queue.change({folder: folder.path, run});
  const end = await train(key, folder, false, queue);
  if (end.how === 'refused') throw new Error(end.reason);
  return end;
}

/** Resumes from the last checkpoint, after a trainer that still works on the run has ended. */
async function resume(key: string, folder: RunFolder, queue: ItemQueue): Promise<TrainerEnd> {
  const record = await readRun(folder);
  const look = await lookAtTrainer(folder);
  const status = look.held ? currentStatus(record.state.status, true) : 'starting';
  queue.change({run: {...record.state, status}});
  if (look.held) {
    if (livenessOf(look.holder) !== 'alive') throw trainedElsewhere(folder, look.holder);
    const end = await follow(key, record, queue);
    if (end.how === 'detached') return end;
    const ended = await readRun(folder);
    queue.change({run: {...ended.state, status: ended.status}});
    const isOver = ended.status !== 'interrupted' && ended.status !== 'crashed';
    if (isOver || queue.stopping() !== 'no') return end;
  }
  await removeStaleLock(folder.lock);
  const end = await train(key, folder, true, queue);
  if (end.how !== 'refused') return end;
  // Another program resumed the run at the same time: its trainer is followed.
  if (!(await lookAtTrainer(folder)).held) throw new Error(end.reason);
  return resume(key, folder, queue);
}

function follow(key: string, {folder, state}: RunRecord, queue: ItemQueue): Promise<TrainerEnd> {
  const trainer = new FollowedTrainer(folder, {
    lastSeq: state.lastSeq,
    program: queue.trainerProgram,
    onEvent: queue.onEvent,
    onRefused: queue.onNotice,
  });
  // Asked while the log was read.
  if (queue.stopping() === 'all') void trainer.stop();
  if (queue.stopping() === 'detached') void trainer.detach();
  return endOf(trainer, key, folder, queue);
}

async function train(
  key: string,
  folder: RunFolder,
  isResumed: boolean,
  queue: ItemQueue,
): Promise<TrainerEnd> {
  // Stopped while the folder was made: there is no trainer to stop.
  if (queue.stopping() !== 'no')
    return {how: queue.stopping() === 'detached' ? 'detached' : 'reported'};
  const {trainerProgram: program, env, stuckMs, onEvent, onNotice: onSilence} = queue;
  const options = {program, env, stuckMs, onEvent, onSilence};
  const trainer = new TrainerProcess(folder, isResumed, options);
  const end = await endOf(trainer, key, folder, queue);
  // A followed trainer that crashed is resumed instead.
  if (end.how === 'crashed') await recordEnd(folder, end, queue);
  return end;
}

async function endOf(
  trainer: Trainer,
  key: string,
  folder: RunFolder,
  queue: ItemQueue,
): Promise<TrainerEnd> {
  queue.trainers.set(key, trainer);
  const end = await trainer.ended;
  queue.trainers.delete(key);
  if (end.how === 'killed') await recordEnd(folder, end, queue);
  return end;
}

/** Takes over the events that the trainer could not send, and the end that it could not write. */
async function recordEnd(folder: RunFolder, end: SilentEnd, queue: ItemQueue): Promise<void> {
  const at = new Date(queue.now()).toISOString();
  const events = await endEvents(folder, end, {lastSeq: queue.lastSeq(), at});
  events.forEach(event => queue.onEvent(event));
}
