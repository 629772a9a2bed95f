import {existsSync} from 'node:fs';
import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue, CatalogueContext} from './catalogue.js';
import {celeba} from './layouts/celeba.js';
import {knownLayouts} from './layouts/known.js';
import type {Layout} from './layouts/layout.js';
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
    return {
      ...(await celeba.open(folder, options)),
      layout: 'sample faces',
      source: 'sample faces',
    };
  }
  const layout = findLayout(source, options.root);
  options.onWarning(
    'CelebA is for non-commercial research only and may not be passed on: keep its pictures out of what you publish.',
  );
  return layout.open(options.root, options);
}

/** The layout that was asked for, or for `auto` the one that the folder has. */
function findLayout(source: Exclude<DataDefinition['source'], 'sample'>, root: string): Layout {
  const asked = knownLayouts.find(({name}) => name === source);
  if (source !== 'auto' && asked === undefined) {
    throw dataError(
      `data.source: the layout ${source} cannot be read yet. Expected auto, sample or one of ${knownLayouts.map(({name}) => name).join(', ')}.`,
      `Convert it to the official layout: ${celeba.expected}.`,
    );
  }
  if (!existsSync(root)) {
    throw dataError(
      `${root}: there is no such folder. Expected CelebA: ${(asked ?? celeba).expected}.`,
      'Name the folder with --data DIR, or try the drawn faces: --set data.source=sample',
    );
  }
  const found = knownLayouts.find(({recognises}) => recognises(root));
  const layout = asked === undefined || asked.recognises(root) ? (asked ?? found) : undefined;
  if (layout !== undefined) return layout;
  throw dataError(
    `${root}: no known data is in it. Expected ${asked?.expected ?? knownLayouts.map(({expected}) => expected).join('; or ')}.`,
    found === undefined
      ? 'data/README.md of the program says where CelebA comes from; the drawn faces need nothing: --set data.source=sample'
      : `It has the layout ${found.name}: --set data.source=auto`,
  );
}
