import type {RunEvent} from '../events.js';
import type {RunFolder} from '../run-folder.js';
import type {QueueJournal} from './queue-journal.js';
import type {QueueItem, RunJob} from './queue-state.js';

/** What a queue works with. */
export type RunQueueOptions = {
  /** The program to fork for each run. */
  readonly trainerProgram: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes the folder of a run. */
  readonly createRun: (job: RunJob) => Promise<RunFolder>;
  readonly failFast: boolean;
  /** Keeps what is to be done, so that another process can go on with it. */
  readonly journal?: QueueJournal;
  readonly now: () => number;
  /** Every event of every run, as it arrives. */
  readonly onEvent?: (event: RunEvent, item: QueueItem) => void;
  /** What no run's log says, such as that a trainer gives no sign of life. */
  readonly onNotice?: (text: string) => void;
  /** How long a trainer may give none before it is ended. */
  readonly stuckMs?: number | undefined;
};
