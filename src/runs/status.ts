import type {RunOutcome} from '../protocol/events.js';
import {assertNever} from '../util/assert-never.js';
import type {ProcessIdentity} from '../util/process-identity.js';
import type {RunState} from './run-state.js';

/** Exit code of a run whose trainer died or met a fault of its surroundings. */
const TRAINER_DIED = 4;

/** What a run is doing, derived from its log and its process; never stored. */
export type RunStatus = 'running' | 'paused' | RunOutcome | 'failed' | 'crashed';

/**
 * A terminal event in the log, else a live process, else crashed.
 *
 * @param isAlive Whether this process still runs.
 * @param maker   Until the trainer has said who it is, the program that is about to start it.
 */
export function runStatus(
  state: RunState,
  isAlive: (process: ProcessIdentity) => boolean,
  maker?: ProcessIdentity,
): RunStatus {
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
      return liveStatus(state, isAlive, maker);
    default:
      return assertNever(state.phase);
  }
}

function liveStatus(
  {phase, trainer}: RunState,
  isAlive: (process: ProcessIdentity) => boolean,
  maker: ProcessIdentity | undefined,
): RunStatus {
  const process = trainer ?? maker;
  if (process === undefined || !isAlive(process)) return 'crashed';
  return phase === 'paused' ? 'paused' : 'running';
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
