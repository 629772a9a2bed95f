import {firstOf} from '../util/format.js';
import {inputSize} from '../experiment/input-size.js';
import type {DataDefinition} from '../experiment/schema.js';
import {type Catalogue, fingerprintOf} from './catalogue.js';
import {cachedImages} from './cache/image-cache.js';
import type {CachedImages, UnreadableImage} from './cache/cached-images.js';
import {type Dataset, type ImageSet, memorySet, type SliceValues} from './dataset.js';
import {drawWithPeople} from './draw-images.js';
import {assertClasses, headColumns, sliceColumns, type SplitPositions} from './sampling.js';
import {dataError} from './layouts/text-file.js';
import {sizeWarnings} from './image-size.js';
import {missingWarnings, oneClassWarnings, withoutLost} from './split-checks.js';
import {openCatalogue, type OpenOptions} from './open-catalogue.js';

export type LoadOptions = OpenOptions & {
  /** Determines sampling and split. */
  readonly seed: number;
  /** Environment in which the native backend is searched for; that of the process by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** `evaluation.slices`. */
  readonly slices?: readonly string[];
};

/** Each of the two sets is held in memory up to this size: 5,000 images of 72x59. */
const MAX_MEMORY_BYTES = 64_000_000;

const NAMED_IMAGES = 3;

/** Where seeds draw more of the images, all are decoded: then every seed reads the same file. */
const MOST = 0.5;

/** The images of an experiment, decoded and scaled. @throws UserError with exit code 3. */
export async function loadDataset(
  definition: DataDefinition,
  options: LoadOptions,
): Promise<Dataset> {
  const catalogue = await openCatalogue(definition, options);
  assertClasses(catalogue, definition);
  const sliced = sliceColumns(catalogue, options.slices ?? []);
  const {drawn, warnings: peopleWarnings} = await drawWithPeople(
    catalogue,
    definition,
    options.seed,
  );
  const [height, width] = inputSize(definition);
  const chosen = Uint32Array.from(Object.values(drawn).flat()).sort();
  const images = await cachedImages(catalogue, chosen, {
    size: [height, width],
    stored: positionsToStore(catalogue, chosen, definition),
    cacheFolder: options.cacheFolder,
    env: options.env ?? process.env,
    signal: options.signal,
    onWarning: options.onWarning,
    ...(options.now !== undefined && {now: options.now}),
    onProgress: (done, total) => options.onProgress('reading', done, total),
  });
  try {
    const unreadable = await images.unreadable();
    const {usual, otherSize} = images.sizes();
    reportImages(catalogue, chosen.length, unreadable, otherSize, definition, options);
    const unusable = new Set(unreadable.map(({position}) => position));
    const positions = withoutLost(catalogue, drawn, unusable, definition);
    const columns = headColumns(catalogue, definition.heads);
    const warnings = [
      // Of images in many sizes, the most common one says little.
      ...(usual === undefined || otherSize > chosen.length / 2
        ? []
        : sizeWarnings(definition, usual, [height, width])),
      ...missingWarnings(catalogue, columns, definition.heads, positions),
      ...oneClassWarnings(catalogue, columns, definition.heads, positions),
      ...peopleWarnings,
    ];
    warnings.forEach(options.onWarning);
    const makeSet = (wanted: readonly number[]): Promise<ImageSet> =>
      imageSet(catalogue, columns, Uint32Array.from(wanted), images, height * width * 3);
    const train = await makeSet(positions.train);
    const validation = await makeSet(positions.validation);
    const test =
      positions.test.length === 0
        ? undefined
        : setInFile(catalogue, columns, Uint32Array.from(positions.test), images);
    const largest = Math.max(train.count, validation.count);
    const areInMemory = largest * height * width * 3 <= MAX_MEMORY_BYTES;
    if (areInMemory && test === undefined) await images.close();
    return {
      heads: definition.heads,
      height,
      width,
      train,
      validation,
      test,
      slices: sliceValues(catalogue, sliced, positions),
      source: catalogue.source,
      fingerprint: fingerprintOf(
        catalogue.fingerprint,
        `${height}x${width}`,
        train.files,
        train.labels,
        validation.files,
        validation.labels,
        ...(test === undefined ? [] : [test.files, test.labels]),
      ),
      decoder: images.decoder,
      warnings,
      close: () => images.close(),
    };
  } catch (error) {
    await images.close();
    throw error;
  }
}

function sliceValues(
  catalogue: Catalogue,
  columns: readonly number[],
  {validation, test}: SplitPositions,
): SliceValues | undefined {
  if (columns.length === 0) return undefined;
  const valuesAt = (positions: readonly number[]): Uint8Array =>
    labelsAt(Uint32Array.from(positions), columns, catalogue);
  return {
    attributes: columns.map(column => catalogue.attributes[column] as string),
    validation: valuesAt(validation),
    test: test.length === 0 ? undefined : valuesAt(test),
  };
}

/** The official split is the same for every seed. */
function positionsToStore(
  {files, absent}: Catalogue,
  chosen: Uint32Array,
  {split}: DataDefinition,
): Uint32Array {
  if ('by' in split || chosen.length <= (files.length - absent.length) * MOST) return chosen;
  const isStored = new Uint8Array(files.length).fill(1);
  for (const position of absent) isStored[position] = 0;
  for (const position of chosen) isStored[position] = 1;
  return Uint32Array.from(files.keys()).filter(position => isStored[position] === 1);
}

/** Reads a small set into memory now, and a large one batch by batch when it is used. */
async function imageSet(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: Uint32Array,
  images: CachedImages,
  imageBytes: number,
): Promise<ImageSet> {
  const set = setInFile(catalogue, columns, positions, images);
  if (positions.length * imageBytes > MAX_MEMORY_BYTES) return set;
  const pixels = new Uint8Array(positions.length * imageBytes);
  await images.read(positions, pixels);
  return memorySet(set.files, set.labels, pixels, imageBytes);
}

/** A set whose images are read from the cache file whenever they are asked for. */
function setInFile(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: Uint32Array,
  images: CachedImages,
): ImageSet {
  const files = Array.from(positions, position => catalogue.files[position] as string);
  return {
    files,
    labels: labelsAt(positions, columns, catalogue),
    count: files.length,
    read: (wanted, target) =>
      images.read(
        Uint32Array.from(wanted, index => positions[index] as number),
        target,
      ),
  };
}

/** Loops without a call for each of up to eight million labels, which takes a tenth of the time. */
function labelsAt(
  positions: Uint32Array,
  columns: readonly number[],
  {labels, attributes}: Catalogue,
): Uint8Array {
  const chosen = new Uint8Array(positions.length * columns.length);
  let at = 0;
  for (const position of positions) {
    const first = position * attributes.length;
    for (const column of columns) chosen[at++] = labels[first + column] as number;
  }
  return chosen;
}

function reportImages(
  catalogue: Catalogue,
  count: number,
  unreadable: readonly UnreadableImage[],
  otherSize: number,
  {onBadImage}: DataDefinition,
  {onWarning}: LoadOptions,
): void {
  if (otherSize > 0) {
    onWarning(
      `${otherSize} of ${count} images do not have the most common size; they are stretched to fit.`,
    );
  }
  if (unreadable.length === 0) return;
  const named = unreadable.map(({position, reason}) => `${catalogue.files[position]} (${reason})`);
  const text = `${unreadable.length} of ${count} images cannot be used: ${firstOf(named, NAMED_IMAGES)}`;
  if (unreadable.length === count) {
    const hint =
      'Look whether the folder of the images is still there and can be read; celeba-tui data info EXPERIMENT shows what it holds.';
    throw dataError(`${text}.`, hint);
  }
  if (onBadImage === 'fail')
    throw dataError(`${text}.`, 'Copy them again, or leave them out: --set data.onBadImage=skip');
  onWarning(`${text}; they are left out.`);
}
