import type {QueueState} from './queue-state.js';

/**
 * Words the line that stays in the terminal while the program is suspended. The shell does not stop
 * the trainer.
 *
 * @param how How to restore the program.
 */
export function suspendedText({items}: QueueState, how: string): string {
  const running = items.find(({status}) => status === 'running')?.job.experiment.name;
  const waiting = items.filter(({status}) => status === 'waiting').length;
  const wait =
    waiting === 0
      ? ''
      : ` ${waiting === 1 ? 'One queued run starts' : `${waiting} queued runs start`} afterwards.`;
  const work = running === undefined ? '' : ` ${running} continues training.${wait}`;
  return `celeba-tui: suspended.${work} ${how}`;
}
