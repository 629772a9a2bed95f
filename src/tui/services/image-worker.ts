import {readFile} from 'node:fs/promises';
import type {Catalogue} from '../../data/catalogue.js';
import {openCatalogue} from '../../data/open-catalogue.js';
import {fullDataRoot} from '../../experiment/data-root.js';
import {parseExperiment} from '../../experiment/parse.js';
import type {SourceKeys} from '../../experiment/schema.js';
import {readResolved} from '../../experiment/stringify.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readRunInfo} from '../../runs/run-info.js';
import {answerRequests} from '../../util/worker.js';

/** Which data: that of a run as it was read, or that of an experiment file. */
export type ImageSource =
  /** Path of the run's folder. */
  | {readonly run: string}
  /** Path of the experiment's file; another folder of the images, where one was named. */
  | {readonly experiment: string; readonly root: string | undefined};

export type ImageQuestion = {
  readonly source: ImageSource;
  /** One image by its name, or some from all over the data. */
  readonly wanted: {readonly file: string} | {readonly examples: number};
  readonly cacheFolder: string;
};
export type FoundImage = {readonly file: string; readonly bytes: Uint8Array};

type Opened = {readonly catalogue: Catalogue; readonly positions: ReadonlyMap<string, number>};

/** Catalogues by what they were opened for: reading the labels of all CelebA takes a moment. */
const opened = new Map<string, Promise<Opened>>();

async function open(source: ImageSource, cacheFolder: string): Promise<Opened> {
  const {keys, root} = 'run' in source ? dataOfRun(source.run) : await dataOfFile(source);
  const catalogue = await openCatalogue(keys, {
    root,
    cacheFolder,
    signal: new AbortController().signal,
    onProgress: () => {},
    onWarning: () => {},
  });
  return {catalogue, positions: new Map(catalogue.files.map((file, at) => [file, at]))};
}

type DataPlace = {readonly keys: SourceKeys; readonly root: string};

function dataOfRun(run: string): DataPlace {
  const folder = new RunFolder(run);
  const {info, fault} = readRunInfo(folder);
  if (info === undefined) throw new Error(fault);
  const {data} = readResolved(folder.experiment);
  return {keys: data, root: info.dataRoot};
}

async function dataOfFile({
  experiment,
  root,
}: Extract<ImageSource, {experiment: string}>): Promise<DataPlace> {
  const {variants} = parseExperiment(await readFile(experiment, 'utf8'), experiment);
  const data = variants[0]?.experiment.data;
  if (data === undefined) throw new Error(`${experiment} has no data.`);
  return {keys: data, root: fullDataRoot(root ?? data.root)};
}

async function answer({source, wanted, cacheFolder}: ImageQuestion): Promise<FoundImage[]> {
  const key = JSON.stringify(source);
  const opening = opened.get(key) ?? open(source, cacheFolder);
  opened.set(key, opening);
  opening.catch(() => opened.delete(key));
  const {catalogue, positions} = await opening;
  const read = async (position: number): Promise<FoundImage> => ({
    file: catalogue.files[position] ?? '',
    bytes: new Uint8Array(await catalogue.readImage(position)),
  });
  if ('examples' in wanted) {
    const step = catalogue.files.length / wanted.examples;
    const places = Array.from({length: wanted.examples}, (_, at) => Math.floor((at + 0.5) * step));
    const tried = await Promise.allSettled(places.map(read));
    return tried.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  }
  const position = positions.get(wanted.file);
  if (position === undefined) throw new Error(`${wanted.file} is no longer in the data.`);
  return [await read(position)];
}

answerRequests(answer);
