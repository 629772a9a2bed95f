import {cachedTable} from '../data/table-cache.js';
import type {Dataset, ImageSet} from '../data/dataset.js';
import type {Backbone} from '../model/layers/backbone.js';
import {FeatureGraph} from '../tensorflow/graph/feature-graph.js';
import type {NativeBinding} from '../tensorflow/graph/session.js';
import {valuesOf, type Network, type NetworkVariable} from '../tensorflow/network.js';
import {crc32} from 'node:zlib';

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
  readonly backbone: Backbone;
  readonly cacheFolder: string;
  /** Called before the features of a set are computed. */
  readonly onCompute: (part: string, images: number) => void;
};

/**
 * Makes a data set of what frozen layers compute from its images. Each set is computed when it is first
 * read, once, and kept in the cache: the test part is read at the end, as always.
 */
export function frozenFeatures(dataset: Dataset, options: FeatureOptions): FrozenFeatures {
  const {native, network} = options;
  let graph: FeatureGraph | undefined;
  const open = (): FeatureGraph => (graph ??= new FeatureGraph(native, network));
  const {length} = open();
  const size = dataset.height * dataset.width * 3;
  const wrap = (part: string, set: ImageSet): ImageSet =>
    featureSet(set, {
      length,
      pixels: size,
      compute: (images, count) => open().compute(images, count),
      load: build => cachedTable(options.cacheFolder, keyOf(part, dataset, options), build),
      onCompute: () => options.onCompute(part, set.count),
    });
  return {
    dataset: {
      ...dataset,
      imageBytes: length * BYTES_OF_FLOAT,
      train: wrap('train', dataset.train),
      validation: wrap('validation', dataset.validation),
      test: dataset.test && wrap('test', dataset.test),
    },
    dispose: () => graph?.dispose(),
  };
}

/** All that features depend on: images, how they were decoded, and the layers with their weights. */
function keyOf(
  part: string,
  {fingerprint, decoder}: Dataset,
  {network, backbone}: FeatureOptions,
): readonly (string | number)[] {
  const weights = network.trunk
    .flatMap(layer => layer.weights)
    .reduce((sum, weight) => crc32(Buffer.from(valuesOf(weight).values.buffer), sum), 0);
  return ['features', part, fingerprint, decoder, JSON.stringify(backbone), weights];
}

type SetOptions = {
  /** Features of an image. */
  readonly length: number;
  /** Bytes of the pixels of an image. */
  readonly pixels: number;
  readonly compute: (images: Uint8Array, count: number) => Float32Array;
  readonly load: (build: () => Promise<Uint8Array>) => Promise<Uint8Array>;
  readonly onCompute: () => void;
};

function featureSet(set: ImageSet, options: SetOptions): ImageSet {
  const rowBytes = options.length * BYTES_OF_FLOAT;
  const computeRows = async (positions: ArrayLike<number>, target: Uint8Array): Promise<void> => {
    const pixels = new Uint8Array(positions.length * options.pixels);
    await set.read(positions, pixels);
    const features = options.compute(pixels, positions.length);
    target.set(new Uint8Array(features.buffer, features.byteOffset, features.byteLength));
  };
  if (set.count * rowBytes > MAX_KEPT_BYTES) return {...set, read: computeRows};
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
  return {
    ...set,
    read: async (positions, target) => {
      const features = await (rows ??= options.load(all));
      for (let index = 0; index < positions.length; index++) {
        const start = (positions[index] as number) * rowBytes;
        target.set(features.subarray(start, start + rowBytes), index * rowBytes);
      }
    },
  };
}
