import {lookAtClusters} from '../../app/cluster/look.js';
import {copyExperiment, editableFile} from '../../app/copy-examples.js';
import {loadJobs, type RunOptions} from '../../app/load-jobs.js';
import {resumeInterrupted, stopElsewhere} from '../../app/queue-control.js';
import {resumeRuns} from '../../app/resume.js';
import {trainerProgram, type RunDeps} from '../../app/start.js';
import type {Comparison} from '../../compare/comparison.js';
import type {DataInfo} from '../../data/info.js';
import {experimentsFolder, ExperimentsWatcher, shippedExperiments} from '../../experiment/load.js';
import type {Metric} from '../../experiment/metrics.js';
import {sendCommand, type QueueCommand} from '../../runs/queue/queue-commands.js';
import type {RunQueue} from '../../runs/queue/run-queue.js';
import {dismissOffered, unfinishedText} from '../../runs/queue/unfinished.js';
import type {RunFolder} from '../../runs/run-folder.js';
import {changeRunNotes} from '../../runs/run-notes.js';
import type {RunRecord} from '../../runs/run-record.js';
import {emptyOldTrash, moveToTrash, restoreRun, type TrashedRun} from '../../runs/trash.js';
import {programFile} from '../../util/package-file.js';
import {inThread, Worker} from '../../util/worker.js';
import type {StartChanges} from '../state/next-start.js';
import type {DataTask} from '../state/snapshot.js';
import {runDataCommand} from './data-child.js';
import {DataProblems, foldersIn} from './data-problems.js';
import type {FoundImage, ImageQuestion} from './image-worker.js';
import {Numbers} from './numbers.js';
import {openEditor} from './open-editor.js';

/** Names the experiment whose data is read. */
type DataQuestion = {
  /** Path of the experiment's file. */
  readonly experiment: string;
  /** Folder of the images, instead of the file's. */
  readonly data: string | undefined;
};

/** What the interface needs of the rest of the program. */
export type Services = Readonly<ReturnType<typeof interfaceServices>>;

/** Everything that the interface asks of the rest of the program, put together. */
export function interfaceServices(
  options: RunOptions,
  queue: RunQueue,
  deps: RunDeps & {readonly cacheFolder: string},
) {
  const {runs, folder, overrides} = options;
  const {env, now, cacheFolder} = deps;
  const numbers = new Numbers();
  const images = new Worker<ImageQuestion, FoundImage[]>(
    inThread(programFile('tui/services/image-worker.js')),
  );
  const askForImages = async ({source, wanted}: Omit<ImageQuestion, 'cacheFolder'>) => {
    const answer = await images.ask({source, wanted, cacheFolder});
    return answer.map(({file, bytes}) => ({file, bytes: Buffer.from(bytes)}));
  };
  const rootFlag = (data = options.data): string[] => (data === undefined ? [] : ['--data', data]);
  const watcher = new ExperimentsWatcher(overrides);
  const changed = ({set, repeat, data}: StartChanges): RunOptions => ({
    ...options,
    repeat: repeat ?? options.repeat,
    data: data ?? options.data,
    overrides: [...overrides, ...set],
  });
  /**
   * Gives a command to a queue.
   *
   * @param id Id of the queue of another program; undefined for the queue of this interface.
   * @throws Error that says why the program that works on the queue did not take it.
   */
  const command = (id: string | undefined, asked: QueueCommand): Promise<void> =>
    id === undefined ? queue.obey(asked) : sendCommand(runs, id, asked);
  return {
    /** Folder of the runs. */
    runs,
    queue,
    /** The experiments as they are now; the same array while nothing changed. */
    listExperiments: async () =>
      // The person's own folder may appear meanwhile.
      watcher.poll(folder === shippedExperiments ? await experimentsFolder(process.cwd()) : folder),
    /** Why an experiment cannot read its data. */
    dataProblem: new DataProblems(options.data).of,
    /** The folders and archives in a folder. */
    foldersIn,
    /** @throws UserError that says why the experiments cannot start with these changes. */
    checkStart: async (paths: readonly string[], changes: StartChanges) =>
      void (await loadJobs(paths, changed(changes))),
    /** Adds the runs of experiment files to a queue. @param id As for `command`. @returns The number of runs. */
    addExperiments: async (
      paths: readonly string[],
      changes: StartChanges,
      id: string | undefined,
    ) => {
      const jobs = await loadJobs(paths, changed(changes));
      await command(id, {type: 'add', jobs: [...jobs]});
      return jobs.length;
    },
    command,
    /**
     * Adds runs to the queue that resumes them, or follows them where they still train.
     *
     * @throws Error where another program works on one, where one has its result, or where its
     *   definition has changed.
     */
    resumeRuns: (ids: readonly string[]) => resumeRuns(queue, ids, runs),
    /**
     * Starts a process that resumes the latest interrupted queue.
     *
     * @returns What it resumes: `2 crashed, 1 queued`; '' where no queue was interrupted.
     * @throws UserError where the queue cannot be resumed.
     */
    resumeQueue: () => resumeInterrupted(runs, env),
    /**
     * Asks the trainer of another program to end with a checkpoint.
     *
     * @returns Why it cannot be asked; undefined if it was asked.
     */
    askToStop: (record: RunRecord) => stopElsewhere(record, runs, trainerProgram, env),
    /** Asks clusters for the tasks of these runs, unless somebody has asked within the last minute. */
    lookAtClusters: () => lookAtClusters(runs, deps),
    /** Moves a run into the trash. @throws Error that says why it cannot be moved. */
    deleteRun: (run: RunFolder) => moveToTrash(run, now()),
    /** Moves a run back out of the trash. @throws Error that says why it cannot be moved. */
    takeBack: (trashed: TrashedRun) => restoreRun(runs, trashed),
    /** Removes from the trash for good what has been in it for longer than it is kept. */
    emptyOldTrash: () => emptyOldTrash(runs, now()),
    /** Changes the tags, note or pin of a run. @throws Error that says why it cannot. */
    changeNotes: changeRunNotes,
    /** Stops offering interrupted runs at later starts. @returns Names them; '' if there are none. */
    dismissInterrupted: async () => unfinishedText(await dismissOffered(runs)),
    /** The file to edit for an experiment: a copy of an example that came with the program. */
    editableFile: (path: string) => editableFile(path, process.cwd()),
    /** Copies an experiment under another name. @returns Path of the copy. @throws UserError as `copyExperiment`. */
    copyExperiment: (path: string, name: string) => copyExperiment(path, name, process.cwd()),
    /** Opens a file in the person's editor, which has the terminal meanwhile. */
    edit: (path: string) => openEditor(path, env),
    /** The metrics of a run, head by head; computed in a thread, so that keys are answered meanwhile. */
    measure: (record: RunRecord) => numbers.measure(record),
    /** The comparison of runs; computed in a thread, too. */
    compare: (records: readonly RunRecord[], metric?: Metric) => numbers.compare(records, metric),
    /** Writes a comparison to files. @returns Path of their folder. */
    saveComparison: (comparison: Comparison) =>
      numbers.save(comparison, runs, {now: now(), version: options.version}),
    dataInfo: async ({experiment, data}: DataQuestion, signal: AbortSignal) =>
      JSON.parse(
        await runDataCommand(['info', experiment, '--json', ...rootFlag(data)], signal),
      ) as DataInfo,
    /** Does something about the data. @returns What came of it, as a sentence. */
    dataTask: async (
      what: DataTask['what'],
      {experiment, data}: DataQuestion,
      onProgress: (done: number, total: number) => void,
      signal: AbortSignal,
    ) => {
      const args = {
        sample: ['sample'],
        prepare: ['prepare', experiment, ...rootFlag(data)],
        fetch: ['fetch', experiment, ...rootFlag(data), '--yes'],
      }[what];
      let last = '';
      await runDataCommand([...args, '--json'], signal, line => {
        const progress = JSON.parse(line) as {done?: number; total?: number | null; ready?: string};
        if (progress.ready !== undefined) last = progress.ready;
        else onProgress(progress.done ?? 0, progress.total ?? 0);
      });
      return last;
    },
    /** Some encoded images from the whole data set of an experiment file. */
    examples: ({experiment, data: root = options.data}: DataQuestion, examples: number) =>
      askForImages({source: {experiment, root}, wanted: {examples}}),
    /** The encoded image that a run used. @param run Path of its folder. */
    image: async (run: string, file: string): Promise<Buffer> => {
      const [image] = await askForImages({source: {run}, wanted: {file}});
      if (image === undefined) throw new Error(`${file} was not found.`);
      return image.bytes;
    },
  };
}
