import type {RunOutcome} from './events.js';
import {assertNever} from '../util/assert-never.js';
import type {RunState} from './run-state.js';

/** Exit code of a run whose trainer died or met a fault of its surroundings. */
const TRAINER_DIED = 4;

/** What a run is doing, derived from its log and its process; never stored. */
export type RunStatus = 'running' | 'paused' | RunOutcome | 'failed' | 'crashed';

/**
 * A terminal event in the log, else a live process, else crashed. The log names a process, too, but
 * whoever wrote the log could name any: only the lock of the run counts.
 *
 * @param isHeld Whether a trainer works on the run, or its program is about to start one.
 */
export function runStatus(state: RunState, isHeld: boolean): RunStatus {
  switch (state.phase) {
    case 'completed':
    case 'stopped-early':
    case 'cancelled':
    case 'failed':
      return state.phase;
    case 'waiting':
    case 'loading':
    case 'training':
      return isHeld ? 'running' : 'crashed';
    case 'paused':
      return isHeld ? 'paused' : 'crashed';
    default:
      return assertNever(state.phase);
  }
}

export function isFinished(status: RunStatus): boolean {
  return status !== 'running' && status !== 'paused';
}

/** Whether a run came to its end, and has its answers. */
export function hasResult(status: RunStatus): boolean {
  return status === 'completed' || status === 'stopped-early';
}

type Ended = {readonly status: RunStatus; readonly state: RunState};

/** Whether somebody asked its trainer to stop; one whose program was killed stops by itself. */
export function wasStopped({status, state}: Ended): boolean {
  return status === 'cancelled' && !state.orphaned;
}

/** Whether a run ended before it had its result, in a way that going on may mend. */
export function isInterrupted({status, state}: Ended): boolean {
  if (status === 'crashed' || status === 'cancelled') return true;
  // Its own failure would only be repeated; a trainer that died is none.
  return status === 'failed' && state.failure?.exitCode === TRAINER_DIED;
}
