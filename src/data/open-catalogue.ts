import {existsSync} from 'node:fs';
import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue, CatalogueContext} from './catalogue.js';
import {isCelebA, openCelebA} from './layouts/celeba.js';
import {dataError} from './layouts/text-file.js';
import {ensureSample} from './sample/ensure-sample.js';

export type OpenOptions = CatalogueContext & {
  readonly root: string;
  readonly cacheFolder: string;
  /** After each picture that is drawn for the sample set or read; thinned by whoever shows it. */
  readonly onProgress: (what: 'drawing' | 'reading', done: number, total: number) => void;
  readonly signal: AbortSignal;
};

/** Opens the data of an experiment, in whichever layout it is. @throws UserError with exit code 3. */
export async function openCatalogue(
  source: DataDefinition['source'],
  options: OpenOptions,
): Promise<Catalogue> {
  if (source === 'sample') {
    const folder = await ensureSample(options.cacheFolder, {
      signal: options.signal,
      onProgress: (done, total) => options.onProgress('drawing', done, total),
    });
    return {...(await openCelebA(folder, options)), source: 'sample faces'};
  }
  const {root} = options;
  if (!existsSync(root)) {
    throw dataError(
      `${root}: there is no such folder. Expected CelebA: img_align_celeba/ and list_attr_celeba.txt.`,
      'Name the folder with --data DIR, or try the drawn faces: --set data.source=sample',
    );
  }
  if (source !== 'auto' && source !== 'celeba') {
    throw dataError(
      `data.source: the layout ${source} cannot be read yet. Expected auto, celeba or sample.`,
      'Convert it to the official layout: img_align_celeba/ and list_attr_celeba.txt.',
    );
  }
  if (!isCelebA(root)) {
    throw dataError(
      `${root}: no known data is in it. Expected list_attr_celeba.txt beside img_align_celeba/.`,
      'data/README.md of the program says where CelebA comes from; the drawn faces need nothing: --set data.source=sample',
    );
  }
  options.onWarning(
    'CelebA is for non-commercial research only and may not be passed on: keep its pictures out of what you publish.',
  );
  return openCelebA(root, options);
}
