import type {RunRecord} from '../runs/run-record.js';
import type {UntilDecided} from '../runs/searches.js';
import {mapLimited} from '../util/map-limited.js';
import {didYouMean} from '../util/nearest.js';
import {ownValue} from '../util/own-value.js';
import {UserError} from '../util/user-error.js';
import {
  headMetricOf,
  isImageMetric,
  isSliceMetric,
  metricFacts,
  type ComparedMetrics,
  type HeadMetric,
  type Metric,
} from '../experiment/metrics.js';
import {
  rankedTrials,
  searchOfGroups,
  type ComparedSearch,
  type SearchGroups,
} from './compared-search.js';
import type {GroupingVerdict} from './grouping/grouping.js';
import {areGroupings, groupingVerdict} from './grouping/grouping-verdict.js';
import {groupRuns, type Group, type MeasuredGroup} from './groups.js';
import type {KeyEffect} from './compare-values.js';
import {keyEffects} from './key-effects.js';
import {notDefined, type NotDefined} from './not-defined.js';
import {bestPosition} from './metric-of-group.js';
import {overHeads} from './over-heads.js';
import type {OverallTestOptions} from './overall-tests.js';
import {measureRun, type MeasuredRun} from './run-metrics.js';
import type {PairTest} from './test-results.js';
import {decidePairs, testPairs} from './tested-pairs.js';
import {spaceEffects} from './space-effects.js';
import {slicesOfGroups, withWorstSlices, type GroupSlices} from './slices.js';

/** 2 had other names for metrics, and intervals for the accuracy only; docs/results.md has all names. */
const SCHEMA_VERSION = 3;

/** Runs side by side, with tests of their differences. */
export type Comparison = ComparedMetrics & {
  /** Version of `comparison.json`; rises when a key changes its name or meaning. */
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** Name of the group that delta-m is relative to; undefined where no group has a result. */
  readonly reference: string | undefined;
  readonly heads: readonly string[];
  /** The rows. */
  readonly groups: readonly Group[];
  readonly pairs: readonly PairTest[];
  /** Number of tests that p is adjusted for: by Holm's correction, or Bonferroni's where `comparedWith` is set. */
  readonly tests: number;
  /** Set where each design is compared with one: with the best of many, or with the one that a search chose. */
  readonly comparedWith?: string;
  /** Whether only the first design was compared with each other one. */
  readonly onlyWithFirst?: boolean;
  /** Set where groups of heads were proposed, and compared to tell whether they help. */
  readonly grouping?: GroupingVerdict;
  /** The one key in which the groups of a matrix differ, such as data.image.scale. */
  readonly axis: string | undefined;
  /** What each key of a matrix of several keys changes, averaged over the others. */
  readonly effects: readonly KeyEffect[];
  /** Set where all designs are trials of one search; its best trial is the first row. */
  readonly search?: ComparedSearch;
  /** Set where seeds were added until the tests decided. */
  readonly untilDecided?: {
    /** The difference below which designs count as equal, above 0 and below 1. */
    readonly difference: number;
    readonly firstLook: number;
    /** Seeds that the budget allows; the last look. */
    readonly maxSeeds: number;
  };
  /**
   * Whether p does not account for seeds that were added until something was decided: runs of several
   * such searches, some runs of one, or another metric than the accuracy that decided.
   */
  readonly areSearchesMixed?: boolean;
  /** Where the compared metric is not defined, so that no test is about it. */
  readonly notDefined: readonly NotDefined[];
  /** The groups whose images are in slices. */
  readonly slices: readonly GroupSlices[];
};

export type CompareOptions = {
  /** The search to which all runs belong; otherwise the one that the runs themselves name. */
  readonly untilDecided?: UntilDecided | undefined;
  /** What the tests are about; where nothing is said, what a search chose by, else the accuracy of each head. */
  readonly metric?: Metric | undefined;
  /** The metric of each head for delta-m and mean rank; F1 where nothing is said, as in papers. */
  readonly base?: HeadMetric;
  /** The group that delta-m is relative to; the first with a result where nothing is said. */
  readonly reference?: string;
  /** Whether each run is a row, instead of each group of seeds. */
  readonly each?: boolean;
  /** Whether only the first group is compared with each other one: fewer tests, for a claim about it. */
  readonly onlyWithFirst?: boolean | undefined;
};

/** Reads and compares runs. A run that failed stays in the table with the reason. */
export async function compareRuns(
  records: readonly RunRecord[],
  options: CompareOptions = {},
): Promise<Comparison> {
  return comparisonOf(await mapLimited(records, measureRun), options);
}

/** Compares measured runs. Pure: the same runs give the same bytes. */
export function comparisonOf(
  runs: readonly MeasuredRun[],
  {metric, untilDecided, onlyWithFirst, ...options}: CompareOptions = {},
): Comparison {
  return compareGroups(measureGroups(runs, options), {metric, untilDecided, onlyWithFirst});
}

type TestOptions = Pick<CompareOptions, 'metric' | 'untilDecided' | 'onlyWithFirst'>;

/** Groups with all their metrics: what a comparison needs before it tests one metric. */
export type MeasuredGroups = Pick<Comparison, 'base' | 'groups' | 'slices'> & {
  readonly measured: readonly MeasuredGroup[];
  readonly options: OverallTestOptions;
  /** The searches that added seeds; none where each run is a row. */
  readonly searches: readonly UntilDecided[];
  /** Whether each run is a row. */
  readonly each: boolean;
};

/** Groups runs and computes every metric of each group. */
export function measureGroups(
  runs: readonly MeasuredRun[],
  {each = false, base = 'f1', reference: chosen}: Omit<CompareOptions, keyof TestOptions> = {},
): MeasuredGroups {
  const grouped = groupRuns(runs, each);
  const measured = each ? grouped : rankedTrials(grouped);
  const reference = referenceOf(measured, chosen);
  const {overall, ranks} = overHeads(measured, {reference: reference?.group.name, base});
  const slices = slicesOfGroups(measured);
  const groups = measured.map(({group}, index) => ({
    ...withWorstSlices(group, slices),
    overall: overall[index]!,
  }));
  const searches = new Map(
    runs.flatMap(run => (run.untilDecided ? [[run.untilDecided.id, run.untilDecided]] : [])),
  );
  const options = {base, reference, ranks};
  return {base, groups, measured, slices, options, searches: [...searches.values()], each};
}

/** Tests one metric of measured groups. */
export function compareGroups(
  all: MeasuredGroups,
  {metric: asked, untilDecided, onlyWithFirst}: TestOptions = {},
): Comparison {
  const {base, groups, measured, slices, options, each} = all;
  const trials = each ? undefined : searchOfGroups(measured);
  const seedPlan = seedPlanOf(all, untilDecided);
  const metric = asked ?? trials?.metric ?? decidingMetric(all, seedPlan);
  assertSlices(metric, slices);
  // Seeds were added for one metric; tests of another one did not decide when to stop.
  const plan = metric === decidingMetric(all, seedPlan) ? seedPlan : undefined;
  const heads = new Set(groups.flatMap(group => Object.keys(group.heads)));
  const first = {trials, onlyWithFirst};
  const tested = plan === undefined ? pairsOf(all, metric, first) : decidedPairs(all, plan);
  const byHeads = (): readonly PairTest[] => pairsOf(all, 'accuracy', first).pairs;
  const grouping = metric === GROUPING_METRIC && groupingVerdict(measured, tested.pairs, byHeads);
  return {
    schemaVersion: SCHEMA_VERSION,
    ...{metric, base},
    reference: options.reference?.group.name,
    heads: [...heads],
    groups,
    ...tested,
    ...(grouping && {grouping}),
    axis: axisOf(all),
    effects: effectsOf(measured, metric, trials),
    ...(trials && {search: trials.search}),
    notDefined: notDefined(groups, headMetricOf({metric, base})),
    slices,
  };
}

function decidedPairs(
  {measured, options}: MeasuredGroups,
  plan: UntilDecided,
): Partial<Comparison> & ReturnType<typeof decidePairs> {
  return {
    ...decidePairs(measured, plan, options),
    ...(plan.claim !== undefined && {onlyWithFirst: true}),
  };
}

function pairsOf(
  {groups, measured, options, searches}: MeasuredGroups,
  metric: Metric,
  {
    trials,
    onlyWithFirst: isAsked,
  }: {
    readonly trials: SearchGroups | undefined;
    readonly onlyWithFirst: boolean | undefined;
  },
): Partial<Comparison> & ReturnType<typeof testPairs> {
  const best = measured[bestPosition(groups, metric)];
  const onlyWithFirst = isAsked === true || areGroupings(measured);
  const chosen = onlyWithFirst ? measured[0] : trials?.chosen;
  const {comparedWith, ...tested} = testPairs(trials?.finalists ?? measured, metric, {
    ...{...options, best, chosen},
  });
  return {
    ...tested,
    ...(onlyWithFirst ? {onlyWithFirst} : comparedWith !== undefined && {comparedWith}),
    ...(searches.length > 0 && {areSearchesMixed: true}),
  };
}

/** What a grouping has to improve. */
const GROUPING_METRIC = 'meanAccuracy';

/** The metric by which seeds were added; without a plan the one that groupings, or other designs, are about. */
function decidingMetric({measured}: MeasuredGroups, plan: UntilDecided | undefined): Metric {
  const isOverHeads = plan === undefined ? areGroupings(measured) : plan.claim !== undefined;
  return isOverHeads ? GROUPING_METRIC : 'accuracy';
}

/** The plan by which seeds were added; undefined where there is none. */
function seedPlanOf(
  {each, searches}: MeasuredGroups,
  untilDecided: UntilDecided | undefined,
): UntilDecided | undefined {
  if (each) return undefined;
  return untilDecided ?? (searches.length === 1 ? searches[0] : undefined);
}

function effectsOf(
  measured: readonly MeasuredGroup[],
  metric: Metric,
  trials: SearchGroups | undefined,
): readonly KeyEffect[] {
  const {higherIsBetter} = metricFacts(metric);
  if (trials === undefined) return keyEffects(measured, metric, higherIsBetter);
  const {drawn, search} = trials;
  return isImageMetric(metric) ? spaceEffects(drawn, search.space, metric, higherIsBetter) : [];
}

/** @throws UserError where the metric is one of slices, but there are none. */
function assertSlices(metric: Metric, slices: readonly GroupSlices[]): void {
  if (!isSliceMetric(metric) || slices.length > 0) return;
  throw new UserError(
    'None of these runs has slices, so there is no worst one. Expected runs of experiments with evaluation.slices.',
    {hint: 'Run them with --set evaluation.slices=[Male] or another attribute of the data.'},
  );
}

/** @throws UserError where no group has the chosen name. */
function referenceOf(
  groups: readonly MeasuredGroup[],
  chosen: string | undefined,
): MeasuredGroup | undefined {
  const usable = groups.filter(group => group.usable.length > 0);
  if (chosen === undefined) return usable[0];
  const reference = usable.find(({group}) => group.name === chosen);
  if (reference !== undefined) return reference;
  const names = usable.map(({group}) => group.name);
  const isThere = groups.some(({group}) => group.name === chosen);
  throw new UserError(
    isThere
      ? `${chosen} cannot be the reference: it has no result.`
      : `The reference ${chosen} is not among the compared designs. Expected one of: ${names.join(', ')}.`,
    {hint: didYouMean(chosen, names)},
  );
}

/** The key of a matrix with one key; groupings are called by their roles instead. */
function axisOf({groups, measured}: MeasuredGroups): string | undefined {
  if (areGroupings(measured)) return undefined;
  const keys = [...new Set(groups.flatMap(({variant}) => Object.keys(variant)))];
  const [axis, ...more] = keys.filter(
    key => new Set(groups.map(({variant}) => ownValue(variant, key))).size > 1,
  );
  if (axis === undefined || more.length > 0) return undefined;
  return groups.every(({variant}) => Object.hasOwn(variant, axis)) ? axis : undefined;
}
