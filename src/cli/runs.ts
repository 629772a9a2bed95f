import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {trainingSeconds} from '../runs/training-seconds.js';
import type {ExitCode} from '../util/exit-codes.js';
import {duration, oneLine, printable} from '../util/format.js';
import {folderNotes} from './folder-notes.js';
import {resultText} from './result-text.js';
import {interruptionNote} from './resume.js';
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
  const note = await interruptionNote(runs);
  if (note !== undefined) stderr.write(`${note}\n`);
  return 0;
}

/** Names the runs whose folder cannot be read, with the reason. */
export function writeBroken(records: readonly RunRecord[], stderr: NodeJS.WritableStream): void {
  for (const {folder, info} of records)
    if (isBroken(info)) stderr.write(`note: ${oneLine(folder.id)}: ${oneLine(info.broken)}\n`);
}
