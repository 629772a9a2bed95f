import {assertNever} from '../../util/assert-never.js';
import type {RunJob} from './journal.js';
import type {QueueCommand} from './queue-commands.js';
import type {QueueJournal} from './queue-journal.js';
import {rearranged, type QueueItem} from './queue-state.js';
import type {Trainer} from './trainer-process.js';

/** What a queue lets commands do. */
type CommandedQueue = {
  readonly items: readonly QueueItem[];
  /** The trainers of the active items, by their keys. */
  readonly trainers: ReadonlyMap<string, Trainer>;
  readonly journal?: QueueJournal;
  readonly arrange: (items: readonly QueueItem[]) => void;
  readonly add: (jobs: readonly RunJob[]) => void;
  readonly stop: () => Promise<void>;
};

/** Does what a person asks of a queue. A key that is gone changes nothing. */
export async function obeyCommand(command: QueueCommand, queue: CommandedQueue): Promise<void> {
  const {items, journal} = queue;
  const trainer = 'key' in command ? queue.trainers.get(command.key) : undefined;
  switch (command.type) {
    case 'pause':
    case 'resume':
      return trainer?.send({type: command.type});
    case 'skip':
      // Recorded first: a process that resumes the queue must not start the run again.
      if (trainer !== undefined) journal?.stopped(command.key);
      return trainer?.stop();
    case 'stop':
      return queue.stop();
    case 'move':
    case 'remove':
      return queue.arrange(rearranged(items, command));
    case 'add':
      return queue.add(command.jobs);
    default:
      return assertNever(command);
  }
}
