import type {RunOutcome} from '../protocol/events.js';
import {assertNever} from '../util/assert-never.js';
import type {RunState} from './run-state.js';

/** What a run is doing, derived from its log and its process; never stored. */
export type RunStatus = 'running' | 'paused' | RunOutcome | 'failed' | 'crashed';

/**
 * A terminal event in the log, else a live process, else crashed.
 *
 * @param isAlive Whether the process with this id still runs.
 */
export function runStatus(state: RunState, isAlive: (pid: number) => boolean): RunStatus {
  switch (state.phase) {
    case 'completed':
    case 'stopped-early':
    case 'cancelled':
    case 'failed':
      return state.phase;
    case 'waiting':
    case 'loading':
    case 'training':
    case 'paused':
      if (state.pid === undefined || !isAlive(state.pid)) return 'crashed';
      return state.phase === 'paused' ? 'paused' : 'running';
    default:
      return assertNever(state.phase);
  }
}

/** Whether a process of this machine still runs. */
export function isProcessAlive(pid: number): boolean {
  // To a signal, 0 and less are whole groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function isFinished(status: RunStatus): boolean {
  return status !== 'running' && status !== 'paused';
}
