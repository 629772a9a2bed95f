import path from 'node:path';
import {configHash} from '../experiment/config-hash.js';
import {differences, differenceText} from '../experiment/difference.js';
import type {Experiment} from '../experiment/schema.js';
import {readResolved} from '../experiment/stringify.js';
import type {ClusterTask} from '../runs/cluster/cluster-state.js';
import {assertTrainable} from '../runs/folder-faults.js';
import {unreadableInfo} from '../runs/run-info.js';
import {queueIds, readJournal, setFaultyAside, type Journal} from '../runs/queue/journal.js';
import type {AddedRun} from '../runs/queue/queue-state.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import {
  isOnCluster,
  lastInterruptedQueue,
  queueOf,
  unfinishedText,
  type QueuedRun,
  type QueueOnDisk,
} from '../runs/queue/unfinished.js';
import {RunFolder} from '../runs/run-folder.js';
import {isQueueHeld, journalFile, lookAtTrainer, trainedElsewhere} from '../runs/run-holder.js';
import {listRuns, type RunRecord} from '../runs/run-record.js';
import {initialRunState} from '../runs/run-state.js';
import {hasResult, isActive, isEnded, resumesWithQueue, statusText} from '../runs/status.js';
import type {LockHolder} from '../util/lock-file.js';
import {clearLock, type ClearOptions} from '../util/lock.js';
import {mapLimited} from '../util/map-limited.js';
import {livenessOf} from '../util/process-identity.js';
import {messageOf, UserError} from '../util/user-error.js';
import {assertSameFiles, changedError} from './changed-files.js';
import {findRuns} from './find-runs.js';

type ResumePlan = {
  /** The journal of a queue continues; runs that are named one by one have none. */
  readonly journal: Journal | undefined;
  readonly runs: readonly AddedRun[];
  /** Keys of the runs that a cluster has: they wait or train there. */
  readonly onCluster: ReadonlySet<string>;
  /** What happened and what will be done, for people. */
  readonly notes: readonly string[];
};

type ResumeOptions = ClearOptions & {
  /** A process resumes the queue after the interface was left, and no person. */
  readonly unattended?: boolean;
};

/**
 * Plans what `--resume` resumes: the named runs or the named queue, else the last interrupted queue.
 *
 * @returns A plan without runs where nothing was interrupted.
 * @throws UserError where a definition has changed, with each difference, or where a trainer that
 *   this process cannot see works on a run.
 */
export async function planResume(
  names: readonly string[],
  runs: string,
  options: ResumeOptions = {},
): Promise<ResumePlan> {
  const plan = await planOf(names, runs, options);
  // A living holder is refused when the queue is opened, with its name.
  if (plan.journal !== undefined)
    await clearLockOf(journalFile(runs, plan.journal.id, 'lock'), options);
  for (const {folder: place, run} of plan.runs) {
    if (place === undefined || run.status !== 'queued') continue;
    const folder = new RunFolder(place);
    const holder = await clearLockOf(folder.lock, options);
    // A trainer that this process can see is followed.
    if (holder !== undefined && livenessOf(holder) !== 'alive')
      throw trainedElsewhere(folder, holder);
  }
  return plan;
}

async function planOf(
  names: readonly string[],
  runs: string,
  {unattended = false}: ResumeOptions,
): Promise<ResumePlan> {
  const [name] = names;
  if (name === undefined) {
    const {queue, notes} = await lastInterruptedQueue(runs);
    if (queue === undefined) return {journal: undefined, runs: [], onCluster: new Set(), notes};
    await assertSameFiles(queue);
    const plan = await planQueue(queue);
    return {...plan, notes: [...notes, ...plan.notes]};
  }
  if (names.length === 1 && (await queueIds(runs)).includes(name)) {
    const {journal, fault = 'it is empty'} = await readJournal(runs, name);
    if (journal !== undefined) return planQueue(queueOf(journal, await listRuns(runs), unattended));
    throw new UserError(await setFaultyAside(runs, name, fault), {
      hint: 'celeba-tui runs shows which runs were interrupted.',
    });
  }
  const records = await findRuns(names, runs);
  const added = await mapLimited(records, addedRun);
  return {journal: undefined, runs: added, onCluster: new Set(), notes: []};
}

/** @throws UserError where something else than a lock stands in its place. */
async function clearLockOf(file: string, options: ClearOptions): Promise<LockHolder | undefined> {
  try {
    return await clearLock(file, options);
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}. Expected a lock, or nothing.`, {
      hint: 'Remove it, then try again.',
      exitCode: 1,
      cause: error,
    });
  }
}

/**
 * Adds runs to a queue that resumes them, or follows them where they were left running.
 *
 * @throws UserError where another program works on a run, where it is complete, or where its
 *   definition has changed.
 */
export async function resumeRuns(
  queue: RunQueue,
  ids: readonly string[],
  runs: string,
): Promise<void> {
  const records = await findRuns(ids, runs);
  for (const {folder, status, info} of records) {
    const batch = info?.batch;
    if (!isEnded(status) && batch !== undefined && (await isQueueHeld(runs, batch)))
      throw new UserError(`${folder.id} is in the queue of another program.`, {
        hint: 'Stop it there, or leave it running there first.',
      });
    const look = await lookAtTrainer(folder);
    if (look.held && livenessOf(look.holder) !== 'alive')
      throw trainedElsewhere(folder, look.holder);
  }
  queue.addRuns(await mapLimited(records, addedRun));
}

async function addedRun(record: RunRecord): Promise<AddedRun> {
  const {folder, info, status, state} = record;
  if (hasResult(status)) {
    throw new UserError(`${folder.id} is ${statusText(status)}: there is nothing to resume.`, {
      hint: 'celeba-tui runs shows which runs were interrupted.',
    });
  }
  if (record.task?.isListed === true) throw onClusterError(folder.id, record.task);
  const experiment = await definitionOf(record);
  const {file, variant} = info ?? {file: experiment.name, variant: {}};
  return {
    job: {experiment, file, variant},
    folder: folder.path,
    run: {...state, status: 'queued'},
  };
}

/**
 * Plans the rest of a queue. A run that cannot be resumed is left out and counts as failed; the
 * others continue.
 *
 * @throws UserError where no other run is left.
 */
async function planQueue(queue: QueueOnDisk): Promise<ResumePlan> {
  const {journal, items} = queue;
  const completed = items.filter(({status}) => hasResult(status)).length;
  const notes = [
    `Resuming the queue ${journal.id}: ${unfinishedText(items) || 'no unfinished runs'}${completed > 0 ? `, ${completed} completed before` : ''}.`,
    ...items.flatMap(leftAloneText),
  ];
  const faults: UserError[] = [];
  const runs: AddedRun[] = [];
  for (const item of items) {
    const {key, job, status, isUnfinished, record} = item;
    const run = record?.state ?? initialRunState(key);
    const added = {key, job, folder: record?.folder.path};
    const fault = await faultOf(item);
    if (fault === undefined) {
      runs.push({...added, run: {...run, status: isUnfinished ? 'queued' : status}});
      continue;
    }
    faults.push(fault);
    const {message, hint, exitCode} = fault;
    runs.push({...added, run: {...run, status: 'failed', failure: {message, hint, exitCode}}});
    const text = `${run.id} cannot be resumed and is left out: ${message}`;
    notes.push([text, ...(hint === undefined ? [] : [hint])].join('\n'));
  }
  if (faults[0] !== undefined && !runs.some(({run}) => run.status === 'queued')) throw faults[0];
  return {journal, runs, onCluster: onClusterOf(items), notes};
}

function onClusterOf(items: readonly QueuedRun[]): ReadonlySet<string> {
  return new Set(items.flatMap(({key, record}) => (isOnCluster(record) ? [key] : [])));
}

function onClusterError(id: string, {job, state}: ClusterTask): UserError {
  return new UserError(
    `${id} is on the cluster as task ${job}, which is ${state}: it trains there.`,
    {hint: `To take it back first: scancel ${job}`, exitCode: 1},
  );
}

/** Why the ended run of an unfinished item cannot be resumed. */
async function faultOf({record, isUnfinished}: QueuedRun): Promise<UserError | undefined> {
  if (record === undefined || !isUnfinished || isActive(record.status)) return undefined;
  try {
    await definitionOf(record);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function leftAloneText({record, status, isUnfinished}: QueuedRun): string[] {
  if (record === undefined || isUnfinished) return [];
  const {id} = record.folder;
  if (status === 'failed')
    return [
      `${id} failed and is not repeated; to resume it from its last checkpoint: celeba-tui run --resume ${id}`,
    ];
  return resumesWithQueue(status)
    ? [`${id} was stopped by a person; to resume it: celeba-tui run --resume ${id}`]
    : [];
}

/** Reads the definition in a run's folder. @throws UserError where it changed since the run started. */
async function definitionOf({folder, info, fault}: RunRecord): Promise<Experiment> {
  if (info === undefined) throw unreadableInfo(folder, fault);
  assertTrainable(folder);
  const experiment = readResolved(folder.experiment);
  if (configHash(experiment) === info.configHash) return experiment;
  const {journal} =
    info.batch === undefined ? {} : await readJournal(path.dirname(folder.path), info.batch);
  const recorded = journal?.items.find(({run}) => run === folder.id)?.job.experiment;
  const changes = recorded === undefined ? [] : differences(recorded, experiment);
  throw changedError(
    folder.experiment,
    changes.map(difference => `  ${differenceText(difference)}`),
    'Undo the change, or start the changed experiment again.',
  );
}
