import {isTerminal, type RunEvent, type RunFact} from '../events.js';
import {EventLogReader, EventLogWriter} from '../event-log.js';
import {foldEvents, initialRunState} from '../run-state.js';
import type {RunFolder} from '../run-folder.js';
import {lookAtTrainer} from '../run-holder.js';
import {systemFaultIn} from '../../util/system-fault.js';
import {removeStaleLock} from '../../util/lock.js';
import type {TrainerEnd} from './trainer-process.js';

/** An end that the trainer could not write. */
export type SilentEnd = TrainerEnd & {how: 'crashed' | 'killed'};

/**
 * Writes the end of a run whose trainer died into its log, and removes the lock that it left. Does not
 * write where another trainer works on the run by now.
 *
 * @param lastSeq Number of the last event that arrived.
 * @param at      The current time, as in events.
 * @returns       The new events: those that the trainer wrote and could not send, and the end.
 */
export async function endEvents(
  folder: RunFolder,
  end: SilentEnd,
  {lastSeq, at}: {readonly lastSeq: number; readonly at: string},
): Promise<RunEvent[]> {
  await removeStaleLock(folder.lock).catch(() => {});
  const isTakenOver = (await lookAtTrainer(folder)).held;
  const written = await new EventLogReader(folder.events).readNew().catch(() => []);
  const missed = written.filter(({seq}) => seq > lastSeq);
  const last = written.at(-1);
  if (last !== undefined && last.seq > lastSeq && isTerminal(last)) return missed;
  const facts = end.how === 'crashed' ? [crashFact(folder, end)] : killFacts(end, written, at);
  const firstSeq = Math.max(last?.seq ?? 0, lastSeq) + 1;
  const added = facts.map((fact, index) => ({...fact, seq: firstSeq + index, at, run: folder.id}));
  if (!isTakenOver) append(folder, added);
  return [...missed, ...added];
}

function append(folder: RunFolder, events: readonly RunEvent[]): void {
  try {
    const log = new EventLogWriter(folder.events);
    events.forEach(event => log.append(event));
    log.close();
  } catch {
    // The folder is gone or the disk full: the run counts as crashed without these events.
  }
}

function crashFact(folder: RunFolder, {reason, logTail}: SilentEnd & {how: 'crashed'}): RunFact {
  const resume = `celeba-tui run --resume ${folder.id}`;
  const fault = systemFaultIn(`${reason}\n${logTail}`);
  if (fault !== undefined) {
    // The trainer's output would only show the stack of a crash.
    const {what, code, hint} = fault;
    return {
      type: 'run.failed',
      message: `The trainer could not continue: ${what} (${code}).`,
      hint: `${hint} To resume from the last checkpoint: ${resume}; the complete output is in ${folder.trainerLog}.`,
      exitCode: 4,
    };
  }
  const memory = /out of memory|bad_alloc/i.test(logTail)
    ? 'It ran out of memory: use a smaller batch or smaller images, or close other programs. '
    : '';
  return {
    type: 'run.failed',
    message: `The trainer ${reason}.${logTail === '' ? '' : `\n${logTail}`}`,
    hint: `${memory}Its complete output is in ${folder.trainerLog}. To resume from its last checkpoint: ${resume}`,
    exitCode: 4,
  };
}

/** A person stopped the trainer, so this is no crash; progress since its last checkpoint is lost. */
function killFacts(
  {reason}: SilentEnd & {how: 'killed'},
  written: readonly RunEvent[],
  at: string,
): RunFact[] {
  const {startedAt, memoryBytes} = foldEvents(initialRunState(''), written);
  const seconds = (Date.parse(at) - Date.parse(startedAt ?? at)) / 1000;
  return [
    {
      type: 'log.written',
      level: 'warning',
      message: `The trainer was killed: ${reason}. Progress since its last checkpoint is lost.`,
    },
    {
      type: 'run.finished',
      status: 'stopped',
      seconds: Math.max(0, seconds || 0),
      peakMemoryBytes: memoryBytes,
    },
  ];
}
