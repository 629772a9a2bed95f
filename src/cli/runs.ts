import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {lookAtTrainer} from '../runs/run-holder.js';
import {isFinished} from '../runs/status.js';
import {trainingSeconds} from '../runs/training-seconds.js';
import type {ExitCode} from '../util/exit-codes.js';
import {fewAtATime} from '../util/few-at-a-time.js';
import {duration, oneLine, printable} from '../util/format.js';
import {folderNotes} from './folder-notes.js';
import {describeHolder, UNSEEN} from '../util/lock-file.js';
import {resultText} from './result-text.js';
import {interruptionNotes} from './resume.js';
import type {Streams} from './streams.js';
import {textTable} from './table.js';

const REASON_CHARACTERS = 80;

/** Lists the runs, newest first, with status and result. */
export async function runRuns(runs: string, {stdout, stderr}: Streams): Promise<ExitCode> {
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
  stdout.write(textTable(['RUN', 'SEED', 'TIME', 'RESULT'], rows, [1, 2]));
  const notes = [...(await unseenNotes(records)), ...(await interruptionNotes(runs))];
  for (const note of notes) stderr.write(`${printable(note)}\n`);
  return 0;
}

/** Of runs that count as running because nothing else is known: one look shows no heartbeat. */
async function unseenNotes(records: readonly RunRecord[]): Promise<string[]> {
  const notes = await fewAtATime(
    records.filter(({status}) => !isFinished(status)),
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
