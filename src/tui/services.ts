import type {QueueCommand} from '../runs/queue/queue-commands.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import type {Comparison} from '../compare/comparison.js';
import type {Metric} from '../experiment/metrics.js';
import type {RunMetrics} from '../compare/run-metrics.js';
import type {ListedExperiment} from '../experiment/load.js';
import type {ParsedExperiment} from '../experiment/parse.js';
import type {RunFolder} from '../runs/run-folder.js';
import type {NotesChange} from '../runs/run-notes.js';
import type {RunRecord} from '../runs/run-record.js';
import type {TrashedRun} from '../runs/trash.js';
import type {DataProblem, DataSummary, DataTask} from './state/snapshot.js';

/** Names the experiment whose data is read. */
export type DataQuestion = {
  /** Path of the experiment's file. */
  readonly experiment: string;
  /** Folder of the images, instead of the file's. */
  readonly data: string | undefined;
};

/** What a start changes in its experiments. */
export type StartChanges = {
  /** Overrides `KEY=VALUE`. */
  readonly set: readonly string[];
  readonly repeat: number | undefined;
  readonly data: string | undefined;
};

/** What the interface needs of the rest of the program; `tui/services/` provides it. */
export type Services = {
  /** Folder of the runs. */
  readonly runs: string;
  readonly queue: Pick<RunQueue, keyof RunQueue>;
  /** The experiments as they are now; the same array while nothing changed. */
  readonly listExperiments: () => Promise<readonly ListedExperiment[]>;
  /** Why an experiment cannot read its data. @param folder Folder instead of the file's. */
  readonly dataProblem: (
    experiment: Pick<ParsedExperiment, 'variants'>,
    folder: string | undefined,
  ) => Promise<DataProblem | undefined>;
  /** The folders and archives in a folder. */
  readonly foldersIn: (folder: string) => Promise<readonly string[]>;
  /** @throws UserError that says why the experiments cannot start with these changes. */
  readonly checkStart: (paths: readonly string[], changes: StartChanges) => Promise<void>;
  /**
   * Adds the runs of experiment files to a queue.
   *
   * @param queue Id of the queue of another program; undefined for the queue of this interface.
   * @returns The number of runs.
   */
  readonly addExperiments: (
    paths: readonly string[],
    changes: StartChanges,
    queue: string | undefined,
  ) => Promise<number>;
  /**
   * Gives a command to a queue.
   *
   * @param queue As for `addExperiments`.
   * @throws Error that says why the program that works on the queue did not take it.
   */
  readonly command: (queue: string | undefined, command: QueueCommand) => Promise<void>;
  /**
   * Adds runs to the queue that resumes them, or follows them where they still train.
   *
   * @throws Error where another program works on one, where one has its result, or where its
   *   definition has changed.
   */
  readonly resumeRuns: (ids: readonly string[]) => Promise<void>;
  /**
   * Starts a process that resumes the latest interrupted queue.
   *
   * @returns What it resumes: `2 crashed, 1 queued`; '' where no queue was interrupted.
   * @throws UserError where the queue cannot be resumed.
   */
  readonly resumeQueue: () => Promise<string>;
  /**
   * Asks the trainer of another program to end with a checkpoint.
   *
   * @returns Why it cannot be asked; undefined if it was asked.
   */
  readonly askToStop: (record: RunRecord) => Promise<string | undefined>;
  /** Asks clusters for the tasks of these runs, unless somebody has asked within the last minute. */
  readonly lookAtClusters: () => Promise<void>;
  /**
   * Moves a run into the trash.
   *
   * @throws Error that says why it cannot be moved.
   */
  readonly deleteRun: (folder: RunFolder) => Promise<TrashedRun>;
  /** Changes the tags, note or pin of a run. @throws Error that says why it cannot. */
  readonly changeNotes: (folder: RunFolder, change: NotesChange) => Promise<unknown>;
  /** Moves a run back out of the trash. @throws Error that says why it cannot be moved. */
  readonly takeBack: (trashed: TrashedRun) => Promise<RunFolder>;
  /** Removes from the trash for good what has been in it for longer than it is kept. */
  readonly emptyOldTrash: () => Promise<unknown>;
  /** Stops offering interrupted runs at later starts. @returns Names them; '' if there are none. */
  readonly dismissInterrupted: () => Promise<string>;
  /** The file to edit for an experiment: a copy of an example that came with the program. */
  readonly editableFile: (path: string) => Promise<string>;
  /** Copies an experiment under another name. @returns Path of the copy. @throws UserError as `copyExperiment`. */
  readonly copyExperiment: (path: string, name: string) => Promise<string>;
  /** Opens a file in the person's editor, which has the terminal meanwhile. */
  readonly edit: (path: string) => Promise<void>;
  /** The metrics of a run, head by head; computed in a thread, so that keys are answered meanwhile. */
  readonly measure: (record: RunRecord) => Promise<RunMetrics>;
  /** The comparison of runs; computed in a thread, too. */
  readonly compare: (records: readonly RunRecord[], metric?: Metric) => Promise<Comparison>;
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
    question: DataQuestion,
    count: number,
  ) => Promise<readonly {readonly file: string; readonly bytes: Buffer}[]>;
  /** The encoded image that a run used. */
  readonly image: (run: string, file: string) => Promise<Buffer>;
};
