import {quiet} from '../data/catalogue.js';
import {loadDataset} from '../data/load-dataset.js';
import {configHash} from '../experiment/config-hash.js';
import {dataSeed, fullDataRoot} from '../experiment/data-root.js';
import type {DataDefinition} from '../experiment/schema.js';
import type {RunJob} from '../runs/queue/journal.js';
import {newRun, type AddedRun} from '../runs/queue/queue-state.js';
import {listRuns} from '../runs/run-record.js';
import {hasResult} from '../runs/status.js';

type SkipOptions = {
  readonly runs: string;
  /** Takes the place of `data.root`. */
  readonly data: string | undefined;
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
};

/** Whether a run recorded the fingerprint of this data. */
type IsSameData = (recorded: string | undefined) => boolean;

/**
 * Turns jobs into items of a queue. A job is skipped where a run has its result: a run with the same
 * configuration, seed included, on the same images and labels; of several the newest.
 */
export async function skipAnswered(
  jobs: readonly RunJob[],
  options: SkipOptions,
): Promise<AddedRun[]> {
  const records = (await listRuns(options.runs)).filter(({status}) => hasResult(status));
  const comparers = new Map<string, Promise<IsSameData>>();
  const items: AddedRun[] = [];
  for (const job of jobs) {
    const {data} = job.experiment;
    const hash = configHash(job.experiment);
    const same = records.filter(({info}) => info?.configHash === hash);
    const seed = dataSeed(job.experiment);
    const key = JSON.stringify([data, seed]);
    // The data is only read where a run has the same configuration.
    if (same.length > 0 && !comparers.has(key))
      comparers.set(key, dataComparer(data, seed, options));
    const isSameData = await comparers.get(key);
    const answer = same.find(({info}) => isSameData?.(info?.dataFingerprint));
    items.push(
      answer === undefined
        ? newRun(job)
        : {job, folder: answer.folder.path, run: {...answer.state, status: 'skipped'}},
    );
  }
  return items;
}

/** Compares with the current data. Data that cannot be read equals none: the run reports why. */
async function dataComparer(
  definition: DataDefinition,
  seed: number,
  {data, cacheFolder, env}: SkipOptions,
): Promise<IsSameData> {
  try {
    const dataset = await loadDataset(definition, {
      ...{...quiet, seed, cacheFolder, env},
      root: fullDataRoot(data ?? definition.root),
    });
    await dataset.close();
    return recorded => recorded === dataset.fingerprint;
  } catch {
    return () => false;
  }
}
