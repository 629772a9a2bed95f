import type {HeadPredictions} from '../../src/compare/predictions.js';
import type {MeasuredRun} from '../../src/compare/run-metrics.js';
import {metricsOf, confusionOf, reliability} from '../../src/compare/statistics/classification.js';
import {wilsonInterval} from '../../src/compare/statistics/accuracy-interval.js';
import type {Random} from '../../src/util/random.js';

/** What simulated designs share and differ in, on a scale whose noise has the deviation 1. */
export type Simulation = {
  readonly images: number;
  readonly seeds: number;
  readonly heads: number;
  /** Fraction of the images with the label 1. */
  readonly positives: number;
  /** Distance between the images with the label 1 and those with 0: 2 is an accuracy of 84 %. */
  readonly separation: number;
  /** Deviation of a seed's separation. */
  readonly bySeed: number;
  /** Fraction of the variance that all designs and seeds share, image by image; 0 to 1. */
  readonly shared: number;
  /** Fraction of the variance that the seeds of one design share, image by image. */
  readonly ofDesign: number;
};

/** A number of the standard normal distribution. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Runs of designs that are equally good: their predictions come from the same distribution. What
 * `comparisonOf` makes of them is therefore never a true difference.
 */
export function simulatedRuns(
  names: readonly string[],
  simulation: Simulation,
  random: Random,
): MeasuredRun[] {
  const {images, heads, positives, shared} = simulation;
  const labels = Array.from({length: heads}, () =>
    Uint8Array.from({length: images}, (_, image) => (image < positives * images ? 1 : 0)),
  );
  const difficulty = Array.from({length: heads}, () =>
    Float64Array.from({length: images}, () => Math.sqrt(shared) * normal(random)),
  );
  return names.flatMap(name => designRuns(name, labels, difficulty, simulation, random));
}

function designRuns(
  name: string,
  labels: readonly Uint8Array[],
  difficulty: readonly Float64Array[],
  {images, seeds, separation, bySeed, shared, ofDesign}: Simulation,
  random: Random,
): MeasuredRun[] {
  const opinion = difficulty.map(row =>
    Float64Array.from(row, value => value + Math.sqrt(ofDesign) * normal(random)),
  );
  const noise = Math.sqrt(1 - shared - ofDesign);
  const files = Array.from({length: images}, (_, image) => `${image}.jpg`);
  return Array.from({length: seeds}, (_, seed): MeasuredRun => {
    const predictions = labels.map((row, head) => {
      const distance = separation + bySeed * normal(random);
      const logits = Float64Array.from(
        row,
        (label, image) =>
          distance * (label - 0.5) + opinion[head]![image]! + noise * normal(random),
      );
      return headPredictions(
        row,
        logits.map(logit => 1 / (1 + Math.exp(-2 * logit))),
      );
    });
    return measuredRun(
      name,
      seed + 1,
      files,
      Object.fromEntries(predictions.map((head, at) => [`H${at}`, head])),
    );
  });
}

/** Predictions of 1 where the probability is above 0.5. */
export function headPredictions(labels: Uint8Array, probabilities: Float64Array): HeadPredictions {
  return {labels, probabilities, predicted: Uint8Array.from(probabilities, p => (p > 0.5 ? 1 : 0))};
}

/** A finished run with these predictions, as `measureRun` reads it. */
export function measuredRun(
  experiment: string,
  seed: number,
  files: readonly string[],
  heads: Readonly<Record<string, HeadPredictions>>,
): MeasuredRun {
  const metrics = Object.entries(heads).map(([head, predictions]) => {
    const {labels, predicted, probabilities} = predictions;
    const confusion = confusionOf(labels, predicted);
    const [ciLow, ciHigh] = wilsonInterval(
      confusion.truePositives + confusion.trueNegatives,
      labels.length,
    );
    return [
      head,
      {
        ...metricsOf(predictions),
        ...{trainAccuracy: 0.9, ciLow, ciHigh, images: labels.length, baseline: 0.5},
        ...{confusion, reliability: reliability(labels, probabilities)},
      },
    ] as const;
  });
  return {
    run: {
      ...{
        id: `${experiment}-${seed}`,
        experiment,
        status: 'completed',
        problem: undefined,
        seed,
        fold: undefined,
      },
      ...{variant: {}, parameters: 1, seconds: 1, imagesPerSecond: 1, bytes: 1, imageMs: 1},
      ...{
        batchMs: 1,
        batchImages: 1,
        part: 'test',
        heads: Object.fromEntries(metrics),
        warnings: [],
      },
    },
    predictions: {
      ...{part: 'test', files, imagesHash: `${files.length}`},
      heads: new Map(Object.entries(heads)),
    },
    definition: {model: experiment},
  };
}
