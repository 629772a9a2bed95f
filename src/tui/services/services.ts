import {copyExperiment, editableFile} from '../../app/copy-examples.js';
import {experimentsFolder, ExperimentsWatcher, shippedExperiments} from '../../experiment/load.js';
import type {Services, StartChanges} from '../services.js';
import {DataProblems, foldersIn} from './data-problems.js';
import {runDataCommand} from './data-child.js';
import type {DataInfo} from '../../data/info.js';
import {changeRunNotes} from '../../runs/run-notes.js';
import {emptyOldTrash, moveToTrash, restoreRun} from '../../runs/trash.js';
import {openEditor} from './open-editor.js';
import {Numbers} from './numbers.js';
import {Images} from './images.js';
import {lookAtClusters} from '../../app/cluster/look.js';
import {loadJobs, type RunOptions} from '../../app/load-jobs.js';
import {trainerProgram, type RunDeps} from '../../app/start.js';
import {resumeInterrupted, stopElsewhere} from '../../app/queue-control.js';
import {resumeRuns} from '../../app/resume.js';
import {dismissOffered, unfinishedText} from '../../runs/queue/unfinished.js';
import {sendCommand, type QueueCommand} from '../../runs/queue/queue-commands.js';
import type {RunQueue} from '../../runs/queue/run-queue.js';

/** Everything that the interface asks of the rest of the program, put together. */
export function interfaceServices(
  options: RunOptions,
  queue: RunQueue,
  deps: RunDeps & {readonly cacheFolder: string},
): Services {
  const {runs, folder, overrides} = options;
  const images = new Images(deps.cacheFolder);
  const numbers = new Numbers();
  const rootFlag = (data = options.data): string[] => (data === undefined ? [] : ['--data', data]);
  const watcher = new ExperimentsWatcher(overrides);
  const problems = new DataProblems(options.data);
  const changed = ({set, repeat, data}: StartChanges): RunOptions => ({
    ...options,
    repeat: repeat ?? options.repeat,
    data: data ?? options.data,
    overrides: [...overrides, ...set],
  });
  const command = (id: string | undefined, asked: QueueCommand): Promise<void> =>
    id === undefined ? queue.obey(asked) : sendCommand(runs, id, asked);
  return {
    runs,
    queue,
    // The person's own folder may appear meanwhile.
    listExperiments: async () =>
      watcher.poll(folder === shippedExperiments ? await experimentsFolder(process.cwd()) : folder),
    dataProblem: problems.of,
    foldersIn,
    checkStart: async (paths, changes) => void (await loadJobs(paths, changed(changes))),
    addExperiments: async (paths, changes, id) => {
      const jobs = await loadJobs(paths, changed(changes));
      await command(id, {type: 'add', jobs: [...jobs]});
      return jobs.length;
    },
    command,
    resumeRuns: ids => resumeRuns(queue, ids, runs),
    resumeQueue: () => resumeInterrupted(runs, deps.env),
    askToStop: record => stopElsewhere(record, runs, trainerProgram, deps.env),
    lookAtClusters: () => lookAtClusters(runs, deps),
    deleteRun: run => moveToTrash(run, deps.now()),
    changeNotes: changeRunNotes,
    takeBack: trashed => restoreRun(runs, trashed),
    emptyOldTrash: () => emptyOldTrash(runs, deps.now()),
    dismissInterrupted: async () => unfinishedText(await dismissOffered(runs)),
    editableFile: path => editableFile(path, process.cwd()),
    copyExperiment: (path, name) => copyExperiment(path, name, process.cwd()),
    edit: path => openEditor(path, deps.env),
    measure: record => numbers.measure(record),
    compare: (records, metric) => numbers.compare(records, metric),
    saveComparison: comparison =>
      numbers.save(comparison, runs, {now: deps.now(), version: options.version}),
    dataInfo: async ({experiment, data}, signal) =>
      JSON.parse(
        await runDataCommand(['info', experiment, '--json', ...rootFlag(data)], signal),
      ) as DataInfo,
    dataTask: async (what, {experiment, data}, onProgress, signal) => {
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
    examples: ({experiment, data = options.data}, count) =>
      images.examples(experiment, data, count),
    image: (run, file) => images.read(run, file),
  };
}
