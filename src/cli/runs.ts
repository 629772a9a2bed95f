import {lookAtClusters} from '../app/cluster/look.js';
import {givenFlags} from '../util/given-flags.js';
import {interruptionNotes} from '../app/start-notes.js';
import type {RunDeps} from '../app/start.js';
import type {Streams} from '../app/streams.js';
import {tagsText} from '../runs/run-notes.js';
import {accuracyText, runFactsJson} from '../runs/run-facts.js';
import {waitText} from '../runs/cluster/reason-text.js';
import {FILTER_SYNTAX, parseRunFilter} from '../runs/run-filter.js';
import {headAccuracies, trainingSeconds} from '../runs/run-state.js';
import {dismissOffered, unfinishedText} from '../runs/queue/unfinished.js';
import {lookAtTrainer} from '../runs/run-holder.js';
import {listRuns, type RunRecord} from '../runs/run-record.js';
import {isEnded, isFailed, statusText} from '../runs/status.js';
import {
  emptyTrash,
  findInTrash,
  keptUntil,
  listTrash,
  restoreRun,
  TRASH_DAYS,
} from '../runs/trash.js';
import type {ExitCode} from '../util/exit-codes.js';
import {duration, escaped, oneLine, printable} from '../util/format.js';
import {describeHolder, UNSEEN} from '../util/lock-file.js';
import {mapLimited} from '../util/map-limited.js';
import {textTable} from '../util/table.js';
import {UserError} from '../util/user-error.js';
import {folderNotes} from './folder-notes.js';

/** At most one of them is set besides `runs`. */
export type RunsFlags = {
  readonly runs: string;
  readonly trash: boolean;
  readonly restore?: readonly string[];
  readonly emptyTrash: boolean;
  readonly dismiss: boolean;
  readonly filter?: string;
  readonly json: boolean;
};

/** Lists the runs, or lists, restores or removes deleted ones, or dismisses interrupted ones. */
export async function runRuns(
  flags: RunsFlags,
  streams: Streams & Pick<RunDeps, 'env' | 'now'>,
): Promise<ExitCode> {
  const {runs, trash, restore, emptyTrash: empty, dismiss, json} = flags;
  assertOneOf({
    ...{'--trash': trash, '--restore': restore !== undefined, '--empty-trash': empty},
    ...{'--dismiss': dismiss, '--json': json},
  });
  if (restore !== undefined) return restoreRuns(restore, runs, streams);
  if (empty) return removeTrashed(runs, streams);
  if (trash) return showTrash(runs, streams);
  await lookAtClusters(runs, streams);
  return dismiss ? dismissInterrupted(runs, streams) : showRuns(runs, streams, flags);
}

function assertOneOf(flags: Readonly<Record<string, boolean>>): void {
  const given = givenFlags(flags);
  if (given.length < 2) return;
  throw new UserError(
    `runs: expected at most one of ${Object.keys(flags).join(', ')}; received ${given.join(', ')}.`,
    {hint: 'Use one of them at a time.'},
  );
}

async function dismissInterrupted(runs: string, {stdout}: Streams): Promise<ExitCode> {
  const dismissed = await dismissOffered(runs);
  stdout.write(
    dismissed.length === 0
      ? `${printable(runs)} has no interrupted runs.\n`
      : `Dismissed: ${unfinishedText(dismissed)}. You can still resume each of them: celeba-tui run --resume RUN\n`,
  );
  return 0;
}

const REASON_CHARACTERS = 80;

/** Lists the runs, newest first, with their status and result. */
export async function showRuns(
  runs: string,
  {stdout, stderr}: Streams,
  {filter = '', json = false}: Partial<Pick<RunsFlags, 'filter' | 'json'>> = {},
): Promise<ExitCode> {
  const records = await listRuns(runs);
  if (json) {
    const facts = filteredRuns(records, filter).map(runFactsJson);
    for (const note of await folderNotes(runs, records)) stderr.write(`${note}\n`);
    stdout.write(`${escaped(JSON.stringify(facts, null, 2))}\n`);
    return 0;
  }
  if (records.length === 0) {
    stderr.write(
      `There are no runs in ${printable(runs)} yet. Start one with: celeba-tui run quick\n`,
    );
    return 0;
  }
  const chosen = filteredRuns(records, filter);
  const hasTags = chosen.some(({notes}) => tagsText(notes) !== '');
  const hasFolds = chosen.some(({info}) => info?.fold !== undefined);
  const rows = chosen.map(record => [
    record.folder.id,
    String(record.info?.seed ?? '?'),
    ...(hasFolds ? [String(record.info?.fold ?? '-')] : []),
    duration(trainingSeconds(record.state)),
    resultText(record, REASON_CHARACTERS),
    ...(hasTags ? [tagsText(record.notes)] : []),
  ]);
  const fold = hasFolds ? ['FOLD'] : [];
  const header = ['RUN', 'SEED', ...fold, 'TIME', 'RESULT', ...(hasTags ? ['TAGS'] : [])];
  for (const note of await folderNotes(runs, records)) stderr.write(`${note}\n`);
  stdout.write(textTable({header, rows, right: hasFolds ? [1, 2, 3] : [1, 2]}));
  const notes = [
    ...(await unseenNotes(records)),
    ...(await interruptionNotes(runs, 'command', () => Promise.resolve(records))),
  ];
  for (const note of notes) stderr.write(`${printable(note)}\n`);
  return 0;
}

/** @throws UserError where the filter has a fault. */
function filteredRuns(records: readonly RunRecord[], filter: string): readonly RunRecord[] {
  const {matches, problems} = parseRunFilter(filter, records);
  if (problems.length > 0)
    throw new UserError(`--filter: ${problems.join(' ')}`, {
      hint: `In a filter, ${FILTER_SYNTAX}.`,
    });
  return records.filter(matches);
}

/**
 * `completed Male 0.885  Smiling 0.860`: the status and the accuracies.
 *
 * @param reasonCharacters Maximum length of the reason of a failure; 0 for none.
 */
export function resultText({state, status, task}: RunRecord, reasonCharacters = 0): string {
  if (isFailed(status) && state.failure !== undefined && reasonCharacters > 0) {
    const reason = oneLine(state.failure.message);
    const isLong = reason.length > reasonCharacters;
    return `${status}: ${isLong ? `${reason.slice(0, reasonCharacters - 1)}…` : reason}`;
  }
  if (status === 'queued' && task !== undefined) return `queued: ${waitText(task)}`;
  const hasAccuracy = headAccuracies(state).some(({accuracy}) => Number.isFinite(accuracy));
  return [statusText(status), ...(hasAccuracy ? [accuracyText(state, 4)] : [])].join(' ');
}

/** Notes on runs of other machines, whose heartbeat a single look cannot see. */
async function unseenNotes(records: readonly RunRecord[]): Promise<string[]> {
  const notes = await mapLimited(
    records.filter(({status}) => !isEnded(status)),
    async ({folder}) => {
      const look = await lookAtTrainer(folder);
      if (!look.held || look.liveness !== 'unknown') return [];
      return `${folder.id} is or was trained by ${describeHolder(look.holder)}. ${UNSEEN}. To find out, and to resume the run if its trainer is gone: celeba-tui run --resume ${folder.id}`;
    },
  );
  return notes.flat();
}

/** Lists the deleted runs, the latest first, with the date until which each can be restored. */
async function showTrash(runs: string, {stdout, stderr}: Streams): Promise<ExitCode> {
  const trash = await listTrash(runs);
  if (trash.length === 0) {
    stderr.write(`There are no deleted runs in ${printable(runs)}.\n`);
    return 0;
  }
  const rows = trash.map(trashed => [
    oneLine(trashed.id),
    minuteText(trashed.deleted),
    minuteText(keptUntil(trashed)),
  ]);
  stdout.write(textTable({header: ['RUN', 'DELETED (UTC)', 'KEPT UNTIL'], rows}));
  stderr.write(
    `Deleted runs are kept for ${TRASH_DAYS} days. To restore one: celeba-tui runs --restore RUN\n`,
  );
  return 0;
}

/** @throws UserError where a name fits no deleted run or several, or a run cannot be moved. */
async function restoreRuns(
  names: readonly string[],
  runs: string,
  {stdout}: Streams,
): Promise<ExitCode> {
  for (const trashed of await findInTrash(names, runs)) {
    const {path} = await restoreRun(runs, trashed);
    stdout.write(`Restored: ${printable(path)}\n`);
  }
  return 0;
}

async function removeTrashed(runs: string, {stdout}: Streams): Promise<ExitCode> {
  const {length} = await emptyTrash(runs);
  stdout.write(`Permanently removed: ${length} deleted ${length === 1 ? 'run' : 'runs'}.\n`);
  return 0;
}

/** `2026-11-27 05:15` */
function minuteText(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}
