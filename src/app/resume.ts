import {existsSync} from 'node:fs';
import {findRuns} from './find-runs.js';
import {
  lastInterruptedQueue,
  queueOf,
  unfinishedText,
  type QueuedRun,
  type QueueOnDisk,
} from '../runs/queue/unfinished.js';
import {
  isQueueHeld,
  journalFile,
  queueIds,
  readJournal,
  setFaultyAside,
  type Journal,
} from '../runs/queue/journal.js';
import type {AddedRun} from '../runs/queue/queue-state.js';
import {rootAsBefore} from '../experiment/data-root.js';
import {differences, differenceText} from '../experiment/difference.js';
import {loadExperiment} from '../experiment/load.js';
import type {Experiment} from '../experiment/schema.js';
import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {RunFolder} from '../runs/run-folder.js';
import {initialRunState} from '../runs/run-state.js';
import {lookAtTrainer, trainedElsewhere} from '../runs/run-holder.js';
import {hasResult, isActive, isEnded, resumesWithQueue, statusText} from '../runs/status.js';
import type {LockHolder} from '../util/lock-file.js';
import {clearLock, type ClearOptions} from '../util/lock.js';
import {livenessOf} from '../util/process-identity.js';
import {messageOf, UserError} from '../util/user-error.js';
import {mapLimited} from '../util/map-limited.js';
import {changedError, definitionOf} from './run-definition.js';

/** What a resumed queue works on. */
type ResumePlan = {
  /** The queue's own journal goes on; runs that are named one by one need none. */
  readonly journal: Journal | undefined;
  readonly runs: readonly AddedRun[];
  /** What happened and what will be done, for people. */
  readonly notes: readonly string[];
};

/** How a queue or a run is gone on with. */
type ResumeOptions = ClearOptions & {
  /** No person asks, but a process after the interface was left. */
  readonly unattended?: boolean;
};

/**
 * What `--resume` goes on with: the named runs and queues, or the last interrupted queue.
 *
 * @returns A plan of nothing where nothing was interrupted.
 * @throws UserError where a definition is not what it was, with each difference, or where a trainer
 *   that this process cannot see works on a run.
 */
export async function planResume(
  names: readonly string[],
  runs: string,
  options: ResumeOptions = {},
): Promise<ResumePlan> {
  const plan = await plannedResume(names, runs, options);
  if (plan.journal !== undefined) await clearQueue(runs, plan.journal.id, options);
  for (const {folder, run} of plan.runs)
    if (folder !== undefined && run.status === 'queued')
      await clearRun(new RunFolder(folder), options);
  return plan;
}

async function plannedResume(
  names: readonly string[],
  runs: string,
  {unattended = false}: ResumeOptions,
): Promise<ResumePlan> {
  if (names.length === 0) {
    const {queue, notes} = await lastInterruptedQueue(runs);
    if (queue === undefined) return {journal: undefined, runs: [], notes};
    await assertSameFiles(queue);
    const plan = await queuePlan(queue);
    return {...plan, notes: [...notes, ...plan.notes]};
  }
  const [only] = names;
  if (only !== undefined && names.length === 1 && (await queueIds(runs)).includes(only)) {
    const {journal, fault} = await readJournal(runs, only);
    if (journal === undefined) throw await faultyJournal(runs, only, fault ?? 'it is empty');
    return queuePlan(queueOf(journal, await listRuns(runs), unattended));
  }
  const records = await findRuns(names, runs);
  return {
    journal: undefined,
    runs: await mapLimited(records, namedRun),
    notes: [],
  };
}

async function faultyJournal(runs: string, id: string, fault: string): Promise<UserError> {
  return new UserError(await setFaultyAside(runs, id, fault), {
    hint: 'celeba-tui runs shows which runs were interrupted.',
  });
}

/** A queue that a living process has is refused when it is opened, with who it is. */
async function clearQueue(runs: string, id: string, options: ClearOptions): Promise<void> {
  await clearLockOf(journalFile(runs, id, 'lock'), options);
}

/** A trainer of this place is followed; one that is not seen, and lives, is left alone. */
async function clearRun(folder: RunFolder, options: ClearOptions): Promise<void> {
  const holder = await clearLockOf(folder.lock, options);
  if (holder !== undefined && livenessOf(holder) !== 'alive')
    throw trainedElsewhere(folder, holder);
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
 * Runs that an interface goes on with; one that was left running is followed.
 *
 * @throws UserError where another program works on one, where one has come to its end, or where its
 *   definition is not what it was.
 */
export async function runsToResume(
  ids: readonly string[],
  runs: string,
): Promise<readonly AddedRun[]> {
  const records = await findRuns(ids, runs);
  for (const {folder, status, info} of records) {
    const queue = isBroken(info) ? undefined : info.batch;
    if (isEnded(status) || queue === undefined || !(await isQueueHeld(runs, queue))) continue;
    throw new UserError(`${folder.id} is in the queue of another program.`, {
      hint: 'Stop it there, or leave it running there first.',
    });
  }
  for (const {folder} of records) {
    const look = await lookAtTrainer(folder);
    if (look.held && livenessOf(look.holder) !== 'alive')
      throw trainedElsewhere(folder, look.holder);
  }
  return mapLimited(records, namedRun);
}

/**
 * What a queue goes on with. A run that cannot be resumed is left out and counts as failed: the
 * others go on.
 *
 * @throws UserError where it is all that is left.
 */
async function queuePlan({journal, items}: QueueOnDisk): Promise<ResumePlan> {
  const faults = await faultsOf(items);
  const [firstFault] = faults.values();
  if (
    firstFault !== undefined &&
    !items.some(({key, isUnfinished}) => isUnfinished && !faults.has(key))
  )
    throw firstFault;
  const failed = items.filter(({status}) => status === 'failed');
  const stopped = items.filter(
    ({isUnfinished, status}) => !isUnfinished && resumesWithQueue(status),
  );
  const completed = items.filter(({status}) => hasResult(status)).length;
  const notes = [
    `Resuming the queue ${journal.id}: ${unfinishedText(items)}${completed > 0 ? `, ${completed} completed before` : ''}.`,
    ...failed.map(
      ({record}) =>
        `${record?.folder.id} failed and is not repeated; to resume it from its last checkpoint: celeba-tui run --resume ${record?.folder.id}`,
    ),
    ...stopped.flatMap(({record}) =>
      record === undefined
        ? []
        : `${record.folder.id} was stopped by a person; to resume it: celeba-tui run --resume ${record.folder.id}`,
    ),
    ...items.flatMap(({key, record}) => {
      const fault = faults.get(key);
      return fault === undefined ? [] : leftOutText(record?.folder.id ?? key, fault);
    }),
  ];
  return {
    journal,
    runs: items.map(item => withFault(startedRun(item), faults.get(item.key))),
    notes,
  };
}

/** By the key of an item, why its interrupted run cannot be resumed. */
async function faultsOf(items: readonly QueuedRun[]): Promise<ReadonlyMap<string, UserError>> {
  const faults = new Map<string, UserError>();
  for (const {key, record, isUnfinished} of items) {
    if (record === undefined || !isUnfinished || isActive(record.status)) continue;
    try {
      await definitionOf(record);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.set(key, error);
    }
  }
  return faults;
}

function leftOutText(id: string, {message, hint}: UserError): string {
  return `${id} cannot be resumed and is left out: ${message}${hint === undefined ? '' : `\n${hint}`}`;
}

function withFault(run: AddedRun, fault: UserError | undefined): AddedRun {
  if (fault === undefined) return run;
  const {message, hint, exitCode} = fault;
  return {...run, run: {...run.run, status: 'failed', failure: {message, hint, exitCode}}};
}

function startedRun({key, job, status, isUnfinished, record}: QueuedRun): AddedRun {
  const state = record?.state ?? initialRunState(key);
  const run = {...state, status: isUnfinished ? ('queued' as const) : status};
  return {key, job, folder: record?.folder.path, run};
}

async function namedRun(record: RunRecord): Promise<AddedRun> {
  const {folder, info, status, state} = record;
  if (hasResult(status)) {
    throw new UserError(`${folder.id} is ${statusText(status)}: there is nothing to resume.`, {
      hint: 'celeba-tui runs shows which runs were interrupted.',
    });
  }
  const experiment = await definitionOf(record);
  const named = isBroken(info) ? {file: experiment.name, variant: {}} : info;
  return {
    job: {experiment, file: named.file, variant: named.variant},
    folder: folder.path,
    run: {...state, status: 'queued'},
  };
}

/** Whether the files that the queue came from still ask the same questions. */
async function assertSameFiles({journal, items}: QueueOnDisk): Promise<void> {
  const lines: string[] = [];
  const files = new Set<string>();
  for (const {job} of items.filter(({isUnfinished}) => isUnfinished)) {
    const {origin, experiment} = job;
    if (origin === undefined || !existsSync(origin.path)) continue;
    const {variants} = await loadExperiment(origin.path, '', origin.overrides);
    const now = variants.find(variant => variant.experiment.name === experiment.name)?.experiment;
    const changed =
      now === undefined
        ? ['it is no longer in the file']
        : differences(experiment, withSeedsOf(experiment, now)).map(differenceText);
    if (changed.length > 0) files.add(origin.path);
    lines.push(...changed.map(text => `  ${experiment.name}: ${text}`));
  }
  if (lines.length === 0) return;
  throw changedError(
    [...files].join(', '),
    [...new Set(lines)],
    `Restore the file; or resume the original queue: celeba-tui run --resume ${journal.id}; or start again without --resume.`,
  );
}

/** Seeds and the folder of a relative root come from the command line, not from the file alone. */
function withSeedsOf(before: Experiment, now: Experiment): Experiment {
  const {seed} = before.data;
  const root =
    now.data.source === 'sample' ? now.data.root : rootAsBefore(before.data.root, now.data.root);
  const data = {...now.data, root, ...(seed === undefined ? {} : {seed})};
  return {...now, data, training: {...now.training, seed: before.training.seed}};
}
