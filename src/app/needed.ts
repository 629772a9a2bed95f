import {hasResult} from '../runs/status.js';
import type {RunJob} from '../runs/queue/journal.js';
import type {AddedRun} from '../runs/queue/queue-state.js';
import {initialRunState} from '../runs/run-state.js';
import {loadDataset} from '../data/load-dataset.js';
import {configHash} from '../experiment/config-hash.js';
import {fullDataRoot} from '../experiment/data-root.js';
import type {DataDefinition} from '../experiment/schema.js';
import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';

type NeededOptions = {
  readonly runs: string;
  /** Takes the place of `data.root`. */
  readonly data: string | undefined;
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
};

/**
 * Jobs as items of a queue; those that a finished run has answered are done already. An answer has
 * the same configuration, seed included, on the same images and labels.
 */
export async function asNeeded(
  jobs: readonly RunJob[],
  options: NeededOptions,
): Promise<AddedRun[]> {
  const finished = (await listRuns(options.runs)).filter(({status}) => hasResult(status));
  const read = new Map<string, Promise<SameData | undefined>>();
  const items: AddedRun[] = [];
  for (const job of jobs) {
    const answer = await answerTo(job, finished, data => {
      const key = JSON.stringify(data);
      const sameData = read.get(key) ?? dataNow(data, options);
      read.set(key, sameData);
      return sameData;
    });
    items.push(
      answer === undefined
        ? {job, folder: undefined, run: initialRunState('')}
        : {job, folder: answer.folder.path, run: {...answer.state, status: 'skipped'}},
    );
  }
  return items;
}

/** Whether a run recorded the fingerprint of this data. */
type SameData = (recorded: string | undefined) => boolean;

type SeededData = {readonly definition: DataDefinition; readonly seed: number};

/** The newest answer. The data is only looked at where a run has the same configuration. */
async function answerTo(
  {experiment}: RunJob,
  finished: readonly RunRecord[],
  readData: (data: SeededData) => Promise<SameData | undefined>,
): Promise<RunRecord | undefined> {
  const hash = configHash(experiment);
  const same = finished.filter(({info}) => !isBroken(info) && info.configHash === hash);
  if (same.length === 0) return undefined;
  const {data, training} = experiment;
  const isSame = await readData({definition: data, seed: data.seed ?? training.seed});
  return isSame === undefined
    ? undefined
    : same.find(({info}) => !isBroken(info) && isSame(info.dataFingerprint));
}

/** Fingerprint of the current data; undefined where it cannot be read: the run itself will say why. */
async function dataNow(
  {definition, seed}: SeededData,
  {data, cacheFolder, env}: NeededOptions,
): Promise<SameData | undefined> {
  try {
    const dataset = await loadDataset(definition, {
      seed,
      root: fullDataRoot(data ?? definition.root),
      ...{cacheFolder, env},
      onProgress: () => {},
      onWarning: () => {},
      signal: new AbortController().signal,
    });
    await dataset.close();
    const {isFingerprint} = dataset;
    return recorded => recorded !== undefined && isFingerprint(recorded);
  } catch {
    return undefined;
  }
}
