import {inputSize} from '../experiment/input-size.js';
import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue} from './catalogue.js';
import type {Dataset} from './dataset.js';
import {decodeAll, type DecodedImages} from './decode-all.js';
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
  const size = inputSize(definition);
  const all = [...positions.train, ...positions.validation];
  const decoded = await decodeAll(catalogue, all, {
    size,
    signal: options.signal,
    onProgress: (done, total) => options.onProgress('reading', done, total),
  });
  reportImages(catalogue, all, decoded, definition.onBadImage, options.onWarning);

  const broken = new Set(decoded.broken.map(({position}) => position));
  const columns = headColumns(catalogue, definition.heads);
  const imageBytes = size[0] * size[1] * 3;
  const makeSet = (wanted: readonly number[], offset: number): MemorySet =>
    memorySet(
      catalogue,
      columns,
      wanted,
      decoded.pixels.subarray(offset * imageBytes),
      imageBytes,
      broken,
    );
  const train = makeSet(positions.train, 0);
  const validation = makeSet(positions.validation, positions.train.length);
  return {
    heads: definition.heads,
    height: size[0],
    width: size[1],
    train,
    validation,
    source: catalogue.source,
    fingerprint: fingerprintOf(
      catalogue.fingerprint,
      DECODER,
      size.join('x'),
      train.files,
      train.labels,
      validation.files,
      validation.labels,
    ),
    close: () => Promise.resolve(),
  };
}

/** The images that can be used, moved together in the block they were decoded into. */
function memorySet(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: readonly number[],
  pixels: Uint8Array,
  imageBytes: number,
  broken: ReadonlySet<number>,
): MemorySet {
  const width = catalogue.attributes.length;
  const files: string[] = [];
  const labels: number[] = [];
  positions.forEach((position, index) => {
    if (broken.has(position)) return;
    const target = files.length * imageBytes;
    if (files.length !== index)
      pixels.copyWithin(target, index * imageBytes, (index + 1) * imageBytes);
    files.push(catalogue.files[position] ?? '');
    for (const column of columns) labels.push(catalogue.labels[position * width + column] ?? 0);
  });
  return new MemorySet(
    files,
    Uint8Array.from(labels),
    pixels.subarray(0, files.length * imageBytes),
    imageBytes,
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
    .map(({position, reason}) => `${catalogue.files[position]} (${reason})`)
    .join(', ');
  const text = `${broken.length} of ${positions.length} pictures cannot be used: ${named}${broken.length > NAMED_IMAGES ? ', …' : ''}`;
  if (onBadImage === 'fail' || broken.length === positions.length) {
    throw dataError(`${text}.`, 'Copy them again, or leave them out: --set data.onBadImage=skip');
  }
  onWarning(`${text}; they are left out.`);
}
