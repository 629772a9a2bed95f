import {dismissOffered, unfinishedText} from '../runs/queue/unfinished.js';
import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {lookAtTrainer} from '../runs/run-holder.js';
import {isEnded} from '../runs/status.js';
import {trainingSeconds} from '../runs/training-seconds.js';
import type {ExitCode} from '../util/exit-codes.js';
import {mapLimited} from '../util/map-limited.js';
import {duration, oneLine, printable} from '../util/format.js';
import {textTable} from '../util/table.js';
import {UserError} from '../util/user-error.js';
import {folderNotes} from './folder-notes.js';
import {describeHolder, UNSEEN} from '../util/lock-file.js';
import {resultText} from './result-text.js';
import {interruptionNotes} from '../app/interruption-notes.js';
import type {Streams} from '../app/streams.js';
import {removeTrashed, restoreRuns, showTrash} from './trash.js';

/** At most one of them is given besides `runs`. */
export type RunsFlags = {
  readonly runs: string;
  readonly trash: boolean;
  readonly restore?: readonly string[];
  readonly emptyTrash: boolean;
  readonly dismiss: boolean;
};

const REASON_CHARACTERS = 80;

/** Lists the runs, or does what is asked about those that were deleted or interrupted. */
export async function runRuns(flags: RunsFlags, streams: Streams): Promise<ExitCode> {
  const {runs, trash, restore, emptyTrash, dismiss} = flags;
  assertOne({trash, restore: restore !== undefined, 'empty-trash': emptyTrash, dismiss});
  if (restore !== undefined) return restoreRuns(restore, runs, streams);
  if (emptyTrash) return removeTrashed(runs, streams);
  if (trash) return showTrash(runs, streams);
  return dismiss ? dismissInterrupted(runs, streams) : showRuns(runs, streams);
}

function assertOne(asked: Readonly<Record<string, boolean>>): void {
  const given = Object.keys(asked).filter(name => asked[name]);
  if (given.length < 2) return;
  throw new UserError(
    `runs: expected at most one of --${Object.keys(asked).join(', --')}; received --${given.join(', --')}.`,
    {hint: 'Ask for one thing at a time.'},
  );
}

async function dismissInterrupted(runs: string, {stdout}: Streams): Promise<ExitCode> {
  const dismissed = await dismissOffered(runs);
  stdout.write(
    dismissed.length === 0
      ? `Nothing in ${printable(runs)} was interrupted.\n`
      : `Dismissed: ${unfinishedText(dismissed)}. To resume one all the same: celeba-tui run --resume RUN\n`,
  );
  return 0;
}

/** Lists the runs, newest first, with status and result. */
export async function showRuns(runs: string, {stdout, stderr}: Streams): Promise<ExitCode> {
  const records = await listRuns(runs);
  if (records.length === 0) {
    stderr.write(
      `There are no runs in ${printable(runs)} yet. Start one with: celeba-tui run quick\n`,
    );
    return 0;
  }
  const rows = records.map(record => [
    record.folder.id,
    isBroken(record.info) ? '?' : String(record.info.seed),
    duration(trainingSeconds(record.state)),
    resultText(record, REASON_CHARACTERS),
  ]);
  for (const note of await folderNotes(runs, records)) stderr.write(`${note}\n`);
  stdout.write(textTable({header: ['RUN', 'SEED', 'TIME', 'RESULT'], rows, right: [1, 2]}));
  const notes = [...(await unseenNotes(records)), ...(await interruptionNotes(runs, 'command'))];
  for (const note of notes) stderr.write(`${printable(note)}\n`);
  return 0;
}

/** Of runs that count as running because nothing else is known: one look shows no heartbeat. */
async function unseenNotes(records: readonly RunRecord[]): Promise<string[]> {
  const notes = await mapLimited(
    records.filter(({status}) => !isEnded(status)),
    async ({folder}) => {
      const look = await lookAtTrainer(folder);
      if (!look.held || look.liveness !== 'unknown') return [];
      return `${folder.id} is trained by ${describeHolder(look.holder)}, or was. ${UNSEEN}; to find out, and to go on with it where it is gone: celeba-tui run --resume ${folder.id}`;
    },
  );
  return notes.flat();
}

/** Names the runs whose folder cannot be read, with the reason. */
export function writeBroken(records: readonly RunRecord[], stderr: NodeJS.WritableStream): void {
  for (const {folder, info} of records)
    if (isBroken(info)) stderr.write(`note: ${oneLine(folder.id)}: ${oneLine(info.broken)}\n`);
}
