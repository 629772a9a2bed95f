import {createHash} from 'node:crypto';
import type {MeasuredGroup} from '../../src/compare/groups.js';
import type {UsableRun} from '../../src/compare/run-metrics.js';

/** A run of one head, image by image. */
export type SlicedRun = {
  readonly labels: readonly number[];
  readonly predicted: readonly number[];
  /** Values of the attributes that the images are sliced by. */
  readonly attributes: Readonly<Record<string, readonly number[]>>;
  /** Names of the images; 0.jpg, 1.jpg, … otherwise. */
  readonly files?: readonly string[];
};

/** A group of measured runs, a seed each, of a head named Smiling. */
export function slicedGroup(
  name: string,
  products: readonly string[],
  runs: readonly SlicedRun[],
): MeasuredGroup {
  const usable = runs.map(({labels, predicted, attributes, ...rest}, index) => {
    const files = rest.files ?? labels.map((_, image) => `${image}.jpg`);
    const head = {
      labels: Uint8Array.from(labels),
      predicted: Uint8Array.from(predicted),
      probabilities: Float64Array.from(predicted, value => 0.2 + 0.6 * value),
    };
    return {
      run: {seed: index + 1, heads: {}},
      predictions: {
        part: 'test',
        files,
        imagesHash: createHash('sha256').update(files.join('\n')).digest('hex'),
        heads: new Map([['Smiling', head]]),
      },
      definition: {},
      slices: {
        products,
        attributes: new Map(
          Object.entries(attributes).map(([key, values]) => [key, Uint8Array.from(values)]),
        ),
      },
    } as unknown as UsableRun;
  });
  return {group: {name, heads: {Smiling: {}}}, usable} as unknown as MeasuredGroup;
}
