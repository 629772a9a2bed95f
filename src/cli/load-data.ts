import type {Streams} from '../app/streams.js';
import type {Dataset} from '../data/dataset.js';
import {loadDataset} from '../data/load-dataset.js';
import {dataSeed, fullDataRoot} from '../experiment/data-root.js';
import type {Experiment} from '../experiment/schema.js';
import {printable} from '../util/format.js';
import {dataBars} from './progress-bar.js';

/** What a command that reads the images of an experiment is given. */
export type DataFlags = {
  /** Overrides `data.root`. */
  readonly data?: string | undefined;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
};

/** The images of an experiment, with bars while they are read. Warnings are notes on stderr. */
export async function loadData(
  experiment: Experiment,
  {data: folder, cacheFolder, signal}: DataFlags,
  streams: Streams,
  json = false,
): Promise<Dataset> {
  const {data} = experiment;
  const bars = dataBars(json, streams);
  return loadDataset(data, {
    ...{seed: dataSeed(experiment), root: fullDataRoot(folder ?? data.root), cacheFolder, signal},
    onProgress: bars.update,
    onWarning: text => streams.stderr.write(`note: ${printable(text)}\n`),
  }).finally(() => bars.end());
}
