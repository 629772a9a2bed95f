import {
  emptyTrash,
  findInTrash,
  keptUntil,
  listTrash,
  restoreRun,
  TRASH_DAYS,
} from '../runs/trash.js';
import type {ExitCode} from '../util/exit-codes.js';
import {oneLine, printable} from '../util/format.js';
import {textTable} from '../util/table.js';
import type {Streams} from '../app/streams.js';

/** Lists the deleted runs, those deleted last first, and until when each can be taken back. */
export async function showTrash(runs: string, {stdout, stderr}: Streams): Promise<ExitCode> {
  const trash = await listTrash(runs);
  if (trash.length === 0) {
    stderr.write(`There are no deleted runs in ${printable(runs)}.\n`);
    return 0;
  }
  const rows = trash.map(trashed => [
    oneLine(trashed.id),
    minute(trashed.deleted),
    minute(keptUntil(trashed)),
  ]);
  stdout.write(textTable({header: ['RUN', 'DELETED (UTC)', 'KEPT UNTIL'], rows}));
  stderr.write(
    `Deleted runs are kept for ${TRASH_DAYS} days. To take one back: celeba-tui runs --restore RUN\n`,
  );
  return 0;
}

/** @throws UserError where a name fits none or several, or a run cannot be moved. */
export async function restoreRuns(
  names: readonly string[],
  runs: string,
  {stdout}: Streams,
): Promise<ExitCode> {
  for (const trashed of await findInTrash(names, runs)) {
    const {path} = await restoreRun(runs, trashed);
    stdout.write(`Taken back: ${printable(path)}\n`);
  }
  return 0;
}

/** Removes all deleted runs for good. */
export async function removeTrashed(runs: string, {stdout}: Streams): Promise<ExitCode> {
  const removed = await emptyTrash(runs);
  stdout.write(
    `Removed for good: ${removed.length} deleted ${removed.length === 1 ? 'run' : 'runs'}.\n`,
  );
  return 0;
}

/** `2026-11-27 05:15` */
function minute(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}
