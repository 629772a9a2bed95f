import {isTerminal, type RunEvent, type RunFact} from '../events.js';
import {EventLogReader, EventLogWriter} from '../event-log.js';
import {foldEvents, initialRunState} from '../run-state.js';
import type {RunFolder} from '../run-folder.js';
import {lookAtTrainer} from '../run-holder.js';
import {systemFaultIn} from '../../util/system-fault.js';
import {removeStaleLock} from '../../util/lock.js';
import type {TrainerEnd} from './trainer-process.js';

/** An end that the trainer could not write itself. */
export type SilentEnd = TrainerEnd & {how: 'crashed' | 'killed'};

/**
 * Writes the end of a run whose trainer died, removes the lock that it left, and returns what is new
 * in the log: what the trainer wrote and could not send any more, and the end. A run that another
 * trainer works on by now is left alone.
 *
 * @param lastSeq The last event that arrived.
 * @param at      Now, as in events.
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
    // A folder that is gone or full: what happened is still shown, and status derives it.
  }
}

function crashFact(folder: RunFolder, {reason, logTail}: SilentEnd & {how: 'crashed'}): RunFact {
  const fault = systemFaultIn(`${reason}\n${logTail}`);
  if (fault !== undefined) return refusedFact(folder, fault);
  const memory = /out of memory|bad_alloc/i.test(logTail)
    ? 'It ran out of memory: use a smaller batch or smaller images, or close other programs. '
    : '';
  return {
    type: 'run.failed',
    message: `The trainer ${reason}.${logTail === '' ? '' : `\n${logTail}`}`,
    hint: `${memory}The whole of its output is in ${folder.trainerLog}. To go on from its last checkpoint: celeba-tui run --resume ${folder.id}`,
    exitCode: 4,
  };
}

/** The system gave the trainer too little: its own last words are the stack of a program that died. */
function refusedFact(
  folder: RunFolder,
  {what, code, hint}: NonNullable<ReturnType<typeof systemFaultIn>>,
): RunFact {
  return {
    type: 'run.failed',
    message: `The trainer could not go on: ${what} (${code}).`,
    hint: `${hint} Then, from the last checkpoint: celeba-tui run --resume ${folder.id}; the whole of its output is in ${folder.trainerLog}.`,
    exitCode: 4,
  };
}

/** Somebody stopped it: that is no crash, but what came after the last checkpoint is lost. */
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
      message: `The trainer was killed: ${reason}. What it learned after its last checkpoint is lost.`,
    },
    {
      type: 'run.finished',
      status: 'stopped',
      seconds: Math.max(0, seconds || 0),
      peakMemoryBytes: memoryBytes,
    },
  ];
}
