import {parentPort} from 'node:worker_threads';
import type {Catalogue} from '../data/catalogue.js';
import {openCatalogue} from '../data/open-catalogue.js';
import {parseResolved} from '../experiment/stringify.js';
import {readFile} from 'node:fs/promises';
import {RunFolder} from '../runs/run-folder.js';
import {readRunInfo} from '../runs/run-info.js';
import {messageOf} from '../util/user-error.js';

export type PictureQuestion = {
  readonly id: number;
  /** Path of the run's folder. */
  readonly run: string;
  readonly file: string;
  readonly cacheFolder: string;
};
export type PictureAnswer =
  {readonly id: number; readonly bytes: Uint8Array} | {readonly id: number; readonly error: string};

type Opened = {readonly catalogue: Catalogue; readonly positions: ReadonlyMap<string, number>};

/** Catalogues by the run they were opened for: reading the labels of all CelebA takes a moment. */
const opened = new Map<string, Promise<Opened>>();

async function open(run: string, cacheFolder: string): Promise<Opened> {
  const folder = new RunFolder(run);
  const info = await readRunInfo(folder);
  if ('broken' in info) throw new Error(info.broken);
  const {data} = parseResolved(await readFile(folder.experiment, 'utf8'), folder.experiment);
  const catalogue = await openCatalogue(data.source, {
    root: info.dataRoot,
    cacheFolder,
    signal: new AbortController().signal,
    onProgress: () => {},
    onWarning: () => {},
  });
  return {catalogue, positions: new Map(catalogue.files.map((file, at) => [file, at]))};
}

parentPort?.on('message', (question: PictureQuestion) => {
  const {id, run, file, cacheFolder} = question;
  const answer = async (): Promise<PictureAnswer> => {
    const known = opened.get(run) ?? open(run, cacheFolder);
    opened.set(run, known);
    const {catalogue, positions} = await known;
    const position = positions.get(file);
    if (position === undefined) throw new Error(`${file} is not in the data any more.`);
    return {id, bytes: new Uint8Array(await catalogue.readImage(position))};
  };
  answer().then(
    found => parentPort?.postMessage(found),
    (error: unknown) => {
      opened.delete(run);
      parentPort?.postMessage({id, error: messageOf(error)});
    },
  );
});
