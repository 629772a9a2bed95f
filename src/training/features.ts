import {crc32} from 'node:zlib';
import {flipImages, isFlipped} from '../data/augment.js';
import {copyRows, type Dataset, type ImageSet} from '../data/dataset.js';
import {cachedTable} from '../data/table-cache.js';
import {FeatureGraph} from '../tensorflow/graph/feature-graph.js';
import type {NativeBinding} from '../tensorflow/graph/session.js';
import {valuesOf, type Network, type NetworkVariable} from '../tensorflow/network.js';

/** Sets with more bytes of features are not kept: each batch computes its own. */
const MAX_KEPT_BYTES = 512_000_000;
const AT_ONCE = 32;
const BYTES_OF_FLOAT = 4;

export type FrozenFeatures = {
  /** The same images and labels; the sets give features in place of pixels. */
  readonly dataset: Dataset;
  dispose(): void;
};

type FeatureOptions = {
  readonly native: NativeBinding;
  /** The frozen layers, without outputs. */
  readonly network: Network<NetworkVariable>;
  readonly cacheFolder: string;
  /** Called before the features of a set are computed. */
  readonly onCompute: (part: string, images: number) => void;
};

/**
 * Makes a data set of what frozen layers compute from its images. Each set is computed when it is first
 * read, once, and kept in the cache: the test part is read at the end, as always. The features of mirrored
 * training images are a table of their own, which is computed only where images are mirrored.
 */
export function frozenFeatures(dataset: Dataset, options: FeatureOptions): FrozenFeatures {
  const {native, network} = options;
  let graph: FeatureGraph | undefined;
  const open = (): FeatureGraph => (graph ??= new FeatureGraph(native, network));
  const {length} = open();
  const size = [dataset.height, dataset.width] as const;
  const weights = checksum(network);
  const table = (part: string, set: ImageSet, flipped = false): FeatureTable =>
    featureTable(set, {
      length,
      pixels: size[0] * size[1] * 3,
      compute: (images, count) => {
        if (flipped) flipImages(images, size);
        return open().compute(images, count);
      },
      load: build => {
        const key = ['features', part, dataset.fingerprint, dataset.decoder, ...weights];
        return cachedTable(options.cacheFolder, key, build);
      },
      onCompute: () => options.onCompute(part, set.count),
    });
  const wrap = (part: string, set: ImageSet): ImageSet => ({...set, read: table(part, set)});
  const [plain, mirrored] = [
    table('train', dataset.train),
    table('mirrored train', dataset.train, true),
  ];
  return {
    dataset: {
      ...dataset,
      imageBytes: length * BYTES_OF_FLOAT,
      train: {
        ...dataset.train,
        read: plain,
        readAugmented: async (positions, target, augmentation) => {
          const rowBytes = length * BYTES_OF_FLOAT;
          const flipped = Array.from(positions, position => isFlipped(position, augmentation));
          for (const [read, isMirrored] of [
            [plain, false],
            [mirrored, true],
          ] as const) {
            const places = flipped.flatMap((value, index) => (value === isMirrored ? [index] : []));
            if (places.length === 0) continue;
            const rows = new Uint8Array(places.length * rowBytes);
            await read(
              places.map(index => positions[index] as number),
              rows,
            );
            places.forEach((index, row) =>
              target.set(rows.subarray(row * rowBytes, (row + 1) * rowBytes), index * rowBytes),
            );
          }
        },
      },
      validation: wrap('validation', dataset.validation),
      test: dataset.test && wrap('test', dataset.test),
    },
    dispose: () => graph?.dispose(),
  };
}

/** Changes with the frozen layers and their weights. */
function checksum({trunk, inputShape}: Network<NetworkVariable>): readonly (string | number)[] {
  const layers = trunk.map(({name, definition, inputs}) => ({name, definition, inputs}));
  const weights = trunk
    .flatMap(layer => layer.weights)
    .reduce((sum, weight) => crc32(Buffer.from(valuesOf(weight).values.buffer), sum), 0);
  return [JSON.stringify([inputShape, layers]), weights];
}

type TableOptions = {
  /** Features of an image. */
  readonly length: number;
  /** Bytes of the pixels of an image. */
  readonly pixels: number;
  readonly compute: (images: Uint8Array, count: number) => Float32Array;
  readonly load: (build: () => Promise<Uint8Array>) => Promise<Uint8Array>;
  readonly onCompute: () => void;
};

/** Copies the features of images at these positions into `target`. */
type FeatureTable = ImageSet['read'];

function featureTable(set: ImageSet, options: TableOptions): FeatureTable {
  const rowBytes = options.length * BYTES_OF_FLOAT;
  const computeRows = async (positions: ArrayLike<number>, target: Uint8Array): Promise<void> => {
    const pixels = new Uint8Array(positions.length * options.pixels);
    await set.read(positions, pixels);
    const features = options.compute(pixels, positions.length);
    target.set(new Uint8Array(features.buffer, features.byteOffset, features.byteLength));
  };
  if (set.count * rowBytes > MAX_KEPT_BYTES) return computeRows;
  let rows: Promise<Uint8Array> | undefined;
  const all = async (): Promise<Uint8Array> => {
    options.onCompute();
    const target = new Uint8Array(set.count * rowBytes);
    for (let first = 0; first < set.count; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, set.count - first);
      const positions = Uint32Array.from({length: count}, (_, index) => first + index);
      await computeRows(positions, target.subarray(first * rowBytes, (first + count) * rowBytes));
    }
    return target;
  };
  return async (positions, target) => {
    copyRows(await (rows ??= options.load(all)), rowBytes, positions, target);
  };
}
