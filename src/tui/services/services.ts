import {listExperiments} from '../../experiment/load.js';
import type {Comparison} from '../../compare/comparison.js';
import {runDataCommand} from './data-child.js';
import type {DataInfo} from '../../data/info.js';
import type {RunFolder} from '../../runs/run-folder.js';
import type {RunRecord} from '../../runs/run-record.js';
import {emptyOldTrash, moveToTrash, restoreRun, type TrashedRun} from '../../runs/trash.js';
import {openEditor} from './open-editor.js';
import {Numbers} from './numbers.js';
import {Images} from './images.js';
import {addExperiments, trainerProgram, type RunDeps, type RunOptions} from '../../app/start.js';
import {stopElsewhere} from '../../app/queue-control.js';
import {resumeRuns} from '../../app/resume.js';
import {dismissOffered, unfinishedText} from '../../runs/queue/unfinished.js';
import type {RunQueue} from '../../runs/queue/run-queue.js';

/** Everything that the interface asks of the rest of the program, put together. */
export function interfaceServices(
  options: RunOptions,
  queue: RunQueue,
  deps: RunDeps & {readonly cacheFolder: string},
) {
  const {runs, folder, overrides} = options;
  const images = new Images(deps.cacheFolder);
  const numbers = new Numbers();
  const root = options.data === undefined ? [] : ['--data', options.data];
  return {
    runs,
    queue,
    listExperiments: () => listExperiments(folder, overrides),
    addExperiments: async (paths: readonly string[], set: readonly string[]) => {
      const changed = {...options, overrides: [...overrides, ...set]};
      return (await addExperiments(queue, paths, changed)).length;
    },
    resumeRuns: (ids: readonly string[]) => resumeRuns(queue, ids, runs),
    askToStop: (record: RunRecord) => stopElsewhere(record, runs, trainerProgram),
    deleteRun: (run: RunFolder) => moveToTrash(run, deps.now()),
    takeBack: (trashed: TrashedRun) => restoreRun(runs, trashed),
    emptyOldTrash: () => emptyOldTrash(runs, deps.now()),
    dismissInterrupted: async () => unfinishedText(await dismissOffered(runs)),
    edit: (path: string) => openEditor(path, deps.env),
    measure: (record: RunRecord) => numbers.measure(record),
    compare: (records: readonly RunRecord[]) => numbers.compare(records),
    saveComparison: (comparison: Comparison) =>
      numbers.save(comparison, runs, {now: deps.now(), version: options.version}),
    dataInfo: async ({experiment}: {readonly experiment: string}, signal: AbortSignal) =>
      JSON.parse(await runDataCommand(['info', experiment, '--json', ...root], signal)) as DataInfo,
    dataTask: async (
      what: 'sample' | 'prepare',
      {experiment}: {readonly experiment: string},
      onProgress: (done: number, total: number) => void,
      signal: AbortSignal,
    ) => {
      const args = what === 'sample' ? ['sample'] : ['prepare', experiment, ...root];
      let last = '';
      await runDataCommand([...args, '--json'], signal, line => {
        const progress = JSON.parse(line) as {done?: number; total?: number; ready?: string};
        if (progress.ready !== undefined) last = progress.ready;
        else onProgress(progress.done ?? 0, progress.total ?? 0);
      });
      return last;
    },
    examples: (experiment: string, count: number) =>
      images.examples(experiment, options.data, count),
    image: (run: string, file: string) => images.read(run, file),
  };
}
