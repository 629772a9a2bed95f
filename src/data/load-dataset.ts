import {inputSize} from '../experiment/input-size.js';
import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue} from './catalogue.js';
import type {Dataset} from './dataset.js';
import {cachedImages} from './cache/image-cache.js';
import type {DecodedImages} from './decode-all.js';
import {fingerprintOf} from './fingerprint.js';
import {DECODER} from './image/decode.js';
import {dataError} from './layouts/text-file.js';
import {MemorySet} from './memory-set.js';
import {openCatalogue, type OpenOptions} from './open-catalogue.js';
import {headColumns, sampleImages} from './sampling.js';
import {splitImages} from './split.js';

export type LoadOptions = OpenOptions & {
  /** Sampling and split follow from it. */
  readonly seed: number;
};

const NAMED_IMAGES = 3;

/** The images of an experiment, decoded and scaled. @throws UserError with exit code 3. */
export async function loadDataset(
  definition: DataDefinition,
  options: LoadOptions,
): Promise<Dataset> {
  const catalogue = await openCatalogue(definition.source, options);
  const sampled = sampleImages(catalogue, definition, options.seed);
  const positions = splitImages(catalogue, sampled, definition, options.seed);
  const [height, width] = inputSize(definition);
  // In the catalogue's order, so that another split of the same images finds them in the cache.
  const stored = [...positions.train, ...positions.validation].sort((a, b) => a - b);
  const decoded = await cachedImages(catalogue, stored, {
    size: [height, width],
    cacheFolder: options.cacheFolder,
    signal: options.signal,
    onWarning: options.onWarning,
    onProgress: (done, total) => options.onProgress('reading', done, total),
  });
  reportImages(catalogue, stored, decoded, definition.onBadImage, options.onWarning);

  const rows = usableRows(stored, decoded);
  const columns = headColumns(catalogue, definition.heads);
  const makeSet = (wanted: readonly number[]): MemorySet =>
    memorySet(catalogue, columns, wanted, rows, decoded.pixels, height * width * 3);
  const train = makeSet(positions.train);
  const validation = makeSet(positions.validation);
  refuseEmpty(train, validation);
  return {
    heads: definition.heads,
    height,
    width,
    train,
    validation,
    source: catalogue.source,
    fingerprint: fingerprintOf(
      catalogue.fingerprint,
      DECODER,
      `${height}x${width}`,
      train.files,
      train.labels,
      validation.files,
      validation.labels,
    ),
    close: () => Promise.resolve(),
  };
}

/** Where each usable image of the catalogue is in the block of pixels. */
function usableRows(
  stored: readonly number[],
  {broken}: DecodedImages,
): ReadonlyMap<number, number> {
  const rows = new Map(stored.map((position, row) => [position, row]));
  for (const {row} of broken) rows.delete(stored[row] as number);
  return rows;
}

function memorySet(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: readonly number[],
  rows: ReadonlyMap<number, number>,
  pixels: Uint8Array,
  imageBytes: number,
): MemorySet {
  const usable = positions.filter(position => rows.has(position));
  const labels = new Uint8Array(usable.length * columns.length);
  usable.forEach((position, index) => {
    const first = position * catalogue.attributes.length;
    columns.forEach((column, head) => {
      labels[index * columns.length + head] = catalogue.labels[first + column] as number;
    });
  });
  return new MemorySet(
    usable.map(position => catalogue.files[position] as string),
    labels,
    pixels,
    imageBytes,
    usable.map(position => rows.get(position) as number),
  );
}

function refuseEmpty(train: MemorySet, validation: MemorySet): void {
  if (train.count > 0 && validation.count > 0) return;
  throw dataError(
    `Without the broken pictures, ${train.count} are left to train on and ${validation.count} to measure on. Expected some of each.`,
    'Copy the broken pictures again, or use more with data.sampling and data.split.',
  );
}

function reportImages(
  catalogue: Catalogue,
  positions: readonly number[],
  {broken, otherSize}: DecodedImages,
  onBadImage: DataDefinition['onBadImage'],
  onWarning: (message: string) => void,
): void {
  if (otherSize > 0) {
    onWarning(
      `${otherSize} of ${positions.length} pictures are not of the size that most have; they are stretched to fit.`,
    );
  }
  if (broken.length === 0) return;
  const named = broken
    .slice(0, NAMED_IMAGES)
    .map(({row, reason}) => `${catalogue.files[positions[row] as number]} (${reason})`)
    .join(', ');
  const text = `${broken.length} of ${positions.length} pictures cannot be used: ${named}${broken.length > NAMED_IMAGES ? ', …' : ''}`;
  if (onBadImage === 'fail' || broken.length === positions.length) {
    throw dataError(`${text}.`, 'Copy them again, or leave them out: --set data.onBadImage=skip');
  }
  onWarning(`${text}; they are left out.`);
}
