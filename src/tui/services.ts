import type {RunJob} from '../runs/queue/journal.js';
import type {AddedRun} from '../runs/queue/queue-state.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import type {Comparison} from '../compare/comparison.js';
import type {RunMetrics} from '../compare/run-metrics.js';
import type {ListedExperiment} from '../experiment/load.js';
import type {RunFolder} from '../runs/run-folder.js';
import type {RunRecord} from '../runs/run-record.js';
import type {TrashedRun} from '../runs/trash.js';
import type {DataSummary, DataTask} from './state/snapshot.js';

/** Names the experiment whose data is read. */
export type DataQuestion = {
  /** Path of the experiment's file. */
  readonly experiment: string;
};

/** What the interface needs of the rest of the program; `tui/services/` provides it. */
export type Services = {
  /** Folder of the runs. */
  readonly runs: string;
  readonly queue: Pick<RunQueue, keyof RunQueue>;
  readonly listExperiments: () => Promise<readonly ListedExperiment[]>;
  /** The runs of an experiment file, as `run` would make them. @param set Overrides `KEY=VALUE`. */
  readonly jobsOf: (path: string, set: readonly string[]) => Promise<readonly RunJob[]>;
  /**
   * Runs that were begun before, as a queue goes on with them or follows them.
   *
   * @throws Error where another program works on one, where one has come to its end, or where its
   *   definition is not what it was.
   */
  readonly startedRuns: (ids: readonly string[]) => Promise<readonly AddedRun[]>;
  /**
   * Asks the trainer of another program to end with a checkpoint.
   *
   * @returns Why it cannot be asked; undefined if it was asked.
   */
  readonly askToStop: (record: RunRecord) => Promise<string | undefined>;
  /**
   * Moves a run into the trash.
   *
   * @throws Error that says why it cannot be moved.
   */
  readonly deleteRun: (folder: RunFolder) => Promise<TrashedRun>;
  /** Moves a run back out of the trash. @throws Error that says why it cannot be moved. */
  readonly takeBack: (trashed: TrashedRun) => Promise<RunFolder>;
  /** Removes from the trash for good what has been in it for longer than it is kept. */
  readonly emptyOldTrash: () => Promise<unknown>;
  /** Stops offering interrupted runs at later starts. @returns Names them; '' if there are none. */
  readonly dismissInterrupted: () => Promise<string>;
  /** Opens a file in the person's editor, which has the terminal meanwhile. */
  readonly edit: (path: string) => Promise<void>;
  /** The metrics of a run, head by head; computed in a thread, so that keys are answered meanwhile. */
  readonly measure: (record: RunRecord) => Promise<RunMetrics>;
  /** The comparison of runs; computed in a thread, too. */
  readonly compare: (records: readonly RunRecord[]) => Promise<Comparison>;
  readonly saveComparison: (comparison: Comparison) => Promise<string>;
  readonly dataInfo: (question: DataQuestion, signal: AbortSignal) => Promise<DataSummary>;
  readonly dataTask: (
    what: DataTask['what'],
    question: DataQuestion,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<string>;
  /** Some encoded images from the whole data set of an experiment file. */
  readonly examples: (
    experiment: string,
    count: number,
  ) => Promise<readonly {readonly file: string; readonly bytes: Buffer}[]>;
  /** The encoded image that a run used. */
  readonly image: (run: string, file: string) => Promise<Buffer>;
};
