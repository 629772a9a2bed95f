import {headMetricKeys, type HeadMetric} from '../experiment/metrics.js';
import {summaryOf, type GroupFacts, type MeasuredGroup, type MetricSummary} from './groups.js';
import {labelled, predictionsAt} from './labelled-images.js';
import type {HeadPredictions} from './predictions.js';
import type {UsableRun} from './run-metrics.js';
import {largeSlices, slicedRuns, type SlicedRuns, type SlicePlace} from './sliced-runs.js';
import {gapInterval, smallestInterval, type Estimate} from './statistics/extremes.js';
import {influenceOf} from './statistics/influence.js';
import {resampleSlices, type SliceRates} from './statistics/resample-slices.js';

/** The evaluated images with one combination of values. */
export type Slice = {
  /** `Blond_Hair=1 Male=0` */
  readonly name: string;
  /** The product of attributes that it is a slice of: `Blond_Hair x Male`. */
  readonly by: string;
  /** Number of its images whose label is known; of the seed that has the fewest. */
  readonly images: number;
  /** Those of them with the label 1, of the head; of the seed that has the fewest. */
  readonly positives: number;
  readonly metrics: Readonly<Record<HeadMetric, MetricSummary>>;
  /** Fraction of its images with label 0 that are predicted as 1; `recall` is the true positive rate. */
  readonly falsePositiveRate: MetricSummary;
};

/** The slice with the lowest accuracy. */
export type WorstSlice = {
  /** undefined where all slices have the same accuracy. */
  readonly name: string | undefined;
  /** The interval is that of the lowest accuracy, whichever slice has it. */
  readonly accuracy: MetricSummary;
};

/** The largest minus the smallest rate of slices; NaN where fewer than two have one. */
export type RateGap = {
  readonly value: number;
  /** 95 % interval, within 0 and 1. */
  readonly ciLow: number;
  readonly ciHigh: number;
};

/** The slices of one product side by side. */
export type ProductSlices = {
  /** `Blond_Hair x Male` */
  readonly by: string;
  /** undefined where every slice of it has fewer than `FEWEST_IMAGES`. */
  readonly worst: WorstSlice | undefined;
  /** The two parts of equalized odds (Hardt, Price and Srebro 2016), as fairlearn computes them. */
  readonly truePositiveRateGap: RateGap;
  readonly falsePositiveRateGap: RateGap;
};

export type HeadSlices = {
  readonly head: string;
  readonly slices: readonly Slice[];
  /** The worst of all products; undefined where every slice has fewer than `FEWEST_IMAGES`. */
  readonly worst: WorstSlice | undefined;
  readonly products: readonly ProductSlices[];
};

export type GroupSlices = {
  readonly group: string;
  readonly heads: readonly HeadSlices[];
};

/** The slices of each group whose runs all have some. */
export function slicesOfGroups(groups: readonly MeasuredGroup[]): GroupSlices[] {
  return groups.flatMap(({group, usable}) => {
    const sliced = slicedRuns(usable.map(run => [run]));
    return sliced === undefined ? [] : [{group: group.name, heads: headsBySlices(sliced, usable)}];
  });
}

/** A group whose heads have their worst slices among their metrics. */
export function withWorstSlices(group: GroupFacts, slices: readonly GroupSlices[]): GroupFacts {
  const sliced = slices.find(candidate => candidate.group === group.name);
  if (sliced === undefined) return group;
  const heads = Object.entries(group.heads).map(([head, {metrics, ...rest}]) => {
    const worst = sliced.heads.find(candidate => candidate.head === head)?.worst;
    const worstSlice = worst?.accuracy ?? metrics.worstSlice;
    return [head, {...rest, metrics: {...metrics, worstSlice}}] as const;
  });
  return {...group, heads: Object.fromEntries(heads)};
}

/** Slices that are compared with each other, and their extremes in each resample. */
type Compared = {
  readonly indexes: readonly number[];
  readonly smallest: number[];
  readonly truePositiveGaps: number[];
  readonly falsePositiveGaps: number[];
};

function headsBySlices(sliced: SlicedRuns, runs: readonly UsableRun[]): HeadSlices[] {
  const {heads, places, seeds, sameImages} = sliced;
  const large = largeSlices(places);
  const products = [...new Set(places.map(({by}) => by))];
  const compared = (indexes: readonly number[]): Compared => ({
    ...{indexes, smallest: [], truePositiveGaps: [], falsePositiveGaps: []},
  });
  const resampled = heads.map(() => ({
    all: compared(large),
    products: products.map(by => compared(large.filter(index => places[index]!.by === by))),
  }));
  const resample = large.length === 0 ? () => {} : resampleSlices;
  resample(seeds, places.length, sameImages, (head, ratesIn) => {
    const rates = places.map((_, slice) => ratesIn(0, slice));
    for (const {indexes, ...into} of [resampled[head]!.all, ...resampled[head]!.products]) {
      const among = (rate: keyof SliceRates) =>
        extremesOf(indexes.map(index => rates[index]![rate]));
      into.smallest.push(among('accuracy').smallest);
      into.truePositiveGaps.push(among('truePositiveRate').gap);
      into.falsePositiveGaps.push(among('falsePositiveRate').gap);
    }
  });
  return heads.map((head, at) => {
    const slices = places.map(place => sliceOf(head, place, runs, sameImages));
    const {all, products: byProduct} = resampled[at]!;
    return {
      head,
      slices,
      worst: worstOf(slices, all),
      products: products.map((by, product) => ({
        by,
        worst: worstOf(slices, byProduct[product]!),
        ...gapsOf(slices, byProduct[product]!),
      })),
    };
  });
}

/** The smallest of the values that are no NaN, and the gap to the largest; NaN where there is none. */
function extremesOf(values: readonly number[]): {readonly smallest: number; readonly gap: number} {
  const numbers = values.filter(value => !Number.isNaN(value));
  if (numbers.length === 0) return {smallest: Number.NaN, gap: Number.NaN};
  const smallest = Math.min(...numbers);
  return {smallest, gap: Math.max(...numbers) - smallest};
}

function sliceOf(
  head: string,
  {name, by, positions}: SlicePlace,
  runs: readonly UsableRun[],
  sameImages: boolean,
): Slice {
  const predictions = runs.map((run, seed) =>
    labelled(predictionsAt(positions[seed]!, run.predictions.heads.get(head)!)),
  );
  const summary = (metric: HeadMetric, of = predictions): MetricSummary =>
    summaryOf(
      of.map(each => influenceOf(metric, each)),
      sameImages,
    );
  const specificity = summary('recall', predictions.map(inverted));
  return {
    name,
    by,
    images: Math.min(...predictions.map(({labels}) => labels.length)),
    positives: Math.min(
      ...predictions.map(({labels}) => labels.filter(label => label === 1).length),
    ),
    metrics: Object.fromEntries(
      headMetricKeys.map(metric => [metric, summary(metric)]),
    ) as Slice['metrics'],
    falsePositiveRate: {
      mean: 1 - specificity.mean,
      standardDeviation: specificity.standardDeviation,
      ciLow: 1 - specificity.ciHigh,
      ciHigh: 1 - specificity.ciLow,
    },
  };
}

/** The same predictions of the opposite: its recall is the fraction of negatives predicted as such. */
function inverted(predictions: HeadPredictions): HeadPredictions {
  const {labels, predicted, probabilities, classes} = predictions;
  if (classes !== undefined) return predictions;
  return {
    labels: labels.map(label => 1 - label),
    predicted: predicted.map(label => 1 - label),
    probabilities: probabilities.map(probability => 1 - probability),
  };
}

/** Means over seeds that are equal may differ by so much. */
const ROUNDING = 1e-12;

function worstOf(slices: readonly Slice[], {indexes, smallest}: Compared): WorstSlice | undefined {
  const sorted = indexes
    .map(index => slices[index]!)
    .sort((a, b) => a.metrics.accuracy.mean - b.metrics.accuracy.mean);
  const [worst, best] = [sorted[0], sorted.at(-1)];
  if (worst === undefined || best === undefined) return undefined;
  const isTied =
    sorted.length > 1 && best.metrics.accuracy.mean - worst.metrics.accuracy.mean < ROUNDING;
  const {mean, standardDeviation} = worst.metrics.accuracy;
  const [ciLow, ciHigh] = smallestInterval(estimateOf(worst.metrics.accuracy), smallest);
  return {
    name: isTied ? undefined : worst.name,
    accuracy: {mean, standardDeviation, ciLow, ciHigh},
  };
}

function gapsOf(
  slices: readonly Slice[],
  {indexes, truePositiveGaps, falsePositiveGaps}: Compared,
): Pick<ProductSlices, 'truePositiveRateGap' | 'falsePositiveRateGap'> {
  const compared = indexes.map(index => slices[index]!);
  return {
    truePositiveRateGap: gapOf(
      compared.map(({metrics}) => metrics.recall),
      truePositiveGaps,
    ),
    falsePositiveRateGap: gapOf(
      compared.map(({falsePositiveRate}) => falsePositiveRate),
      falsePositiveGaps,
    ),
  };
}

function gapOf(rates: readonly MetricSummary[], resampled: readonly number[]): RateGap {
  const sorted = rates.filter(({mean}) => !Number.isNaN(mean)).sort((a, b) => a.mean - b.mean);
  const [smallest, largest] = [sorted[0], sorted.at(-1)];
  if (smallest === undefined || largest === undefined || sorted.length < 2)
    return {value: Number.NaN, ciLow: Number.NaN, ciHigh: Number.NaN};
  const ends = [estimateOf(largest), estimateOf(smallest)] as const;
  const [ciLow, ciHigh] = gapInterval(...ends, sorted.length, resampled);
  return {value: largest.mean - smallest.mean, ciLow, ciHigh};
}

function estimateOf({mean, ciLow, ciHigh}: MetricSummary): Estimate {
  return {value: mean, interval: [ciLow, ciHigh]};
}
