import type {QueueState} from './queue-state.js';

/**
 * What a person finds in the terminal while the program is suspended: a trainer is no part of what
 * the shell stops.
 *
 * @param how What brings it back.
 */
export function suspendedText({items}: QueueState, how: string): string {
  const running = items.find(({status}) => status === 'running')?.job.experiment.name;
  const waiting = items.filter(({status}) => status === 'waiting').length;
  const wait = waiting === 0 ? '' : ` The next of the ${waiting} waiting starts afterwards.`;
  const work = running === undefined ? '' : ` ${running} goes on training.${wait}`;
  return `celeba-tui: suspended.${work} ${how}`;
}
