import {isTerminal, type RunEvent} from '../protocol/events.js';
import {EventLogReader, EventLogWriter} from '../runs/event-log.js';
import type {RunFolder} from '../runs/run-folder.js';
import type {TrainerEnd} from './trainer-process.js';

/**
 * What its trainer wrote and could not send any more, and, written here, that it died: a trainer
 * that died could not write its last event.
 *
 * @param lastSeq The last event that arrived.
 * @param at      Now, as in events.
 */
export async function crashEvents(
  folder: RunFolder,
  {reason, logTail}: TrainerEnd & {how: 'crashed'},
  {lastSeq, at}: {readonly lastSeq: number; readonly at: string},
): Promise<RunEvent[]> {
  const written = await new EventLogReader(folder.events).readNew().catch(() => []);
  const missed = written.filter(({seq}) => seq > lastSeq);
  const last = missed.at(-1);
  if (last !== undefined && isTerminal(last)) return missed;
  const memory = /out of memory|bad_alloc|Cannot allocate/i.test(logTail)
    ? 'It ran out of memory: use a smaller batch or smaller pictures, or close other programs. '
    : '';
  const event: RunEvent = {
    type: 'run.failed',
    message: `The trainer ${reason}.${logTail === '' ? '' : `\n${logTail}`}`,
    hint: `${memory}The whole of its output is in ${folder.trainerLog}. To go on from its last checkpoint: celeba-tui run --resume ${folder.id}`,
    exitCode: 4,
    seq: (last?.seq ?? lastSeq) + 1,
    at,
    run: folder.id,
  };
  try {
    const log = new EventLogWriter(folder.events);
    log.append(event);
    log.close();
  } catch {
    // A folder that is gone or full: what happened is still shown, and status derives it.
  }
  return [...missed, event];
}
