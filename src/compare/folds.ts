import {ownValue} from '../util/own-value.js';
import {imagesHashOf, type HeadPredictions, type RunPredictions} from './predictions.js';
import {
  headMetrics,
  type MeasuredRun,
  type RunMetrics,
  type RunSlices,
  type UsableRun,
} from './run-metrics.js';
import {overSeeds} from './statistics/over-seeds.js';

/** A seed whose folds cannot be pooled, so its group is compared without it. */
export type UnpooledSeed = {
  readonly seed: number | undefined;
  /** The folds without a result, from 1. */
  readonly missing: readonly number[];
  /** Images that several folds tested: their runs did not see the same data. */
  readonly repeated: number;
};

/** The runs of a group of seeds, of which each may consist of folds. */
export type PooledRuns = {
  /** A run for each seed: its run, or all of its folds as one. */
  readonly usable: readonly UsableRun[];
  /** Number of folds of each seed; undefined without folds. */
  readonly folds: number | undefined;
  readonly unpooled: readonly UnpooledSeed[];
};

const FOLDS = 'data.split.folds';

/**
 * Pools the folds of each seed: their predictions one after another, so that each image of the sample
 * is tested once. A seed of which a fold has no result is left out and named, because the others
 * alone would be measured on other images.
 *
 * @param members Runs that differ in nothing but the seed and the fold.
 */
export function poolFolds(members: readonly MeasuredRun[]): PooledRuns {
  const folds = Number(ownValue(members[0]?.definition ?? {}, FOLDS));
  if (!Number.isInteger(folds) || members.every(({run}) => run.fold === undefined))
    return singleRuns(members);
  const usable: UsableRun[] = [];
  const unpooled: UnpooledSeed[] = [];
  for (const seed of new Set(members.map(({run}) => run.seed))) {
    const runs = members.filter(({run}) => run.seed === seed).filter(isUsable);
    const numbers = Array.from({length: folds}, (_, index) => index + 1);
    const missing = numbers.filter(fold => !runs.some(({run}) => run.fold === fold));
    const files = runs.flatMap(({predictions}) => predictions.files);
    const repeated = files.length - new Set(files).size;
    if (missing.length === 0 && repeated === 0) usable.push(pooledRun(runs));
    else unpooled.push({seed, missing, repeated});
  }
  return {usable, folds, unpooled};
}

/** Each run by itself, also where it is one of several folds. */
export function singleRuns(members: readonly MeasuredRun[]): PooledRuns {
  return {usable: members.filter(isUsable), folds: undefined, unpooled: []};
}

function isUsable(member: MeasuredRun): member is UsableRun {
  return member.predictions !== undefined;
}

type Costs = Pick<RunMetrics, 'seconds' | 'imagesPerSecond' | 'bytes' | 'imageMs' | 'batchMs'>;

export function meanCosts(runs: readonly RunMetrics[]): Costs {
  const mean = (key: keyof Costs): number => overSeeds(runs.map(run => run[key])).mean;
  return {
    seconds: mean('seconds'),
    imagesPerSecond: mean('imagesPerSecond'),
    bytes: mean('bytes'),
    imageMs: mean('imageMs'),
    batchMs: mean('batchMs'),
  };
}

/** Costs are means over the folds: they are those of training one model. */
function pooledRun(runs: readonly UsableRun[]): UsableRun {
  const [first] = runs as readonly [UsableRun];
  const predictions = pooledPredictions(runs.map(run => run.predictions));
  const heads = [...predictions.heads].map(([head, columns]) => {
    const trained = runs.map(({run}) => ownValue(run.heads, head)?.trainAccuracy ?? Number.NaN);
    return [head, headMetrics(columns, overSeeds(trained).mean)] as const;
  });
  const run: RunMetrics = {
    ...first.run,
    fold: undefined,
    ...meanCosts(runs.map(member => member.run)),
    heads: Object.fromEntries(heads),
    warnings: [...new Set(runs.flatMap(({run: {warnings}}) => warnings))],
  };
  return {...first, run, predictions, slices: pooledSlices(runs, predictions.files)};
}

/** The slices of all runs, in the order of the pooled images; undefined where a run has none. */
function pooledSlices(runs: readonly UsableRun[], files: readonly string[]): RunSlices | undefined {
  const [first] = runs;
  const attributes = new Map<string, Uint8Array>();
  for (const name of first?.slices?.attributes.keys() ?? []) {
    const valueOf = new Map<string, number>();
    for (const {predictions, slices} of runs) {
      const values = slices?.attributes.get(name);
      if (values === undefined) return undefined;
      predictions.files.forEach((file, image) => valueOf.set(file, values[image]!));
    }
    attributes.set(
      name,
      Uint8Array.from(files, file => valueOf.get(file)!),
    );
  }
  return first?.slices && {products: first.slices.products, attributes};
}

/** The predictions of all runs, in the order of their images' names. */
function pooledPredictions(all: readonly RunPredictions[]): RunPredictions {
  const [first] = all as readonly [RunPredictions];
  const names = all.flatMap(({files}) => files);
  const order = [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const files = order.map(image => names[image]!);
  const heads = new Map<string, HeadPredictions>();
  for (const head of first.heads.keys()) {
    const columns = all.flatMap(({heads: ofRun}) => ofRun.get(head) ?? []);
    if (columns.length < all.length) continue;
    const pooled = (key: Exclude<keyof HeadPredictions, 'classes'>): number[] => {
      const values = columns.flatMap(column => Array.from(column[key]));
      return order.map(image => values[image]!);
    };
    heads.set(head, {
      classes: columns[0]?.classes,
      labels: Uint8Array.from(pooled('labels')),
      predicted: Uint8Array.from(pooled('predicted')),
      probabilities: Float64Array.from(pooled('probabilities')),
    });
  }
  return {part: first.part, files, imagesHash: imagesHashOf(files), heads};
}
