import type {EvaluatedPart} from '../experiment/parts.js';
import type {Outcome} from './statistics/sequential.js';

/**
 * A head of two groups, tested. Differences are in the unit of the metric, the first's minus the
 * second's: fractions for all but delta-m (percent) and the mean rank.
 */
export type HeadTest = {
  /** `all heads` where the metric is one over heads. */
  readonly head: string;
  readonly difference: number;
  /** 95 % confidence interval; not adjusted for the number of tests. */
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly p: number;
  /** Name of the test. */
  readonly method: string;
  /** The part that both are measured on. */
  readonly part: EvaluatedPart;
  /** Number of its images, of each seed. */
  readonly images: number;
  /** Number of folds that its images are from, pooled; undefined without folds. */
  readonly folds: number | undefined;
  /** Images that only the first, or only the second, classifies correctly; over all seeds. */
  readonly firstOnlyCorrect: number;
  readonly secondOnlyCorrect: number;
  /**
   * The mean difference over seeds with the paired t test, whose p is NaN where all differences are
   * equal and not 0; undefined for one seed.
   */
  readonly bySeed:
    | {
        readonly seeds: number;
        readonly mean: number;
        readonly standardDeviation: number;
        readonly p: number;
      }
    | undefined;
  /** The slices that the two designs are worst in, where those are compared. */
  readonly firstSlice?: string;
  readonly secondSlice?: string;
  /** p after Holm's correction over all tests of the comparison. */
  readonly pAdjusted: number;
  /** Whether the adjusted p is at or below 0.05. */
  readonly significant: boolean;
  /** The better design by this metric, where the difference is significant. */
  readonly better: 'first' | 'second' | undefined;
  /**
   * The difference that the adjusted test detects in 80 of 100 cases; NaN where the images and seeds
   * are too few to detect any.
   */
  readonly minimumDetectable: number;
  /**
   * Set where seeds were added until the tests decided. All numbers above are then those of the look
   * that decided (or of the last one), `pAdjusted` is adjusted for the looks, too, and `significant`
   * is whether one of the two is better.
   */
  readonly sequential?: {
    readonly outcome: Outcome;
    /** The difference below which designs count as equal, above 0 and below 1. */
    readonly margin: number;
    /** p that the difference is smaller than the margin, adjusted like `pAdjusted`. */
    readonly pSmaller: number;
  };
};

/** Why two groups are not compared. */
export type NotCompared =
  /** `no common slices`: one has none, they have other ones, or none with images enough. */
  | {readonly reason: 'no common seed' | 'no common head' | 'no common slices'}
  | {
      readonly reason: 'different parts';
      readonly first: EvaluatedPart;
      readonly second: EvaluatedPart;
    }
  /** Counts images. */
  | {
      readonly reason: 'different images';
      readonly first: number;
      readonly second: number;
      readonly common: number;
    }
  | {readonly reason: 'different labels'; readonly head: string};

/** A test before the correction, with its minimum detectable difference by level. */
export type UnadjustedTest = Omit<
  HeadTest,
  'pAdjusted' | 'significant' | 'better' | 'minimumDetectable' | 'sequential'
> & {
  readonly minimumDetectable: (alpha: number) => number;
  /** p that the difference is smaller than a margin; only of several seeds on the same images. */
  readonly equivalence?: (margin: number) => number;
};

/** The tests of a head while seeds were added. */
export type HeadLooks = {
  /** The test of all seeds. */
  readonly latest: UnadjustedTest;
  /** The test at each look, the latest included; none where there are too few seeds yet. */
  readonly looks: readonly UnadjustedTest[];
};

/** What a test is about, before its result. */
export type TestFacts = Pick<
  UnadjustedTest,
  | 'head'
  | 'part'
  | 'images'
  | 'folds'
  | 'firstOnlyCorrect'
  | 'secondOnlyCorrect'
  | 'firstSlice'
  | 'secondSlice'
>;

/** Two groups of a comparison, tested. Ratios are the first's over the second's. */
export type PairTest = {
  /** Names of the groups. */
  readonly first: string;
  readonly second: string;
  /** Set where they cannot be compared; there are no heads then. */
  readonly notCompared: NotCompared | undefined;
  readonly heads: readonly HeadTest[];
  readonly parameterRatio: number;
  readonly secondsRatio: number;
};
