import {groupBy} from '../util/group-by.js';
import {isImageMetric, type Metric} from '../experiment/metrics.js';
import {ownValue} from '../util/own-value.js';
import {
  compareValues,
  headsOfGroups,
  type DesignsOfValue,
  type KeyEffect,
} from './compare-values.js';
import type {MeasuredGroup} from './groups.js';
import {pairGroups, pairRuns, type RunPair} from './pair-runs.js';
import {influencesOn, testHead} from './pair-tests.js';

/**
 * The effect of each key of a matrix, averaged over the other keys: each value is compared with the best
 * value of its key over all pairs of runs that differ in that key only. Such pairs count like seeds, so
 * the test has seeds and images both random. Because the best value is found on the same images, p is
 * adjusted as if all pairs of values had been tested.
 *
 * @returns None where fewer than two keys differ (the pairs of designs say it all then), and for a metric
 *          that is not computed from images.
 */
export function keyEffects(
  groups: readonly MeasuredGroup[],
  metric: Metric,
  higherIsBetter: boolean,
): readonly KeyEffect[] {
  const designs = groups.filter(({usable}) => usable.length > 0);
  const keys = differingKeys(designs);
  if (keys.length < 2 || !isImageMetric(metric)) return [];
  const heads = headsOfGroups(designs);
  const influences = influencesOn(metric);
  return compareValues(
    keys.map(key => ({key, parts: designsByValue(designs, key)})),
    {heads, metric, higherIsBetter},
    (head, key, members, rivals) => {
      const pairs = matchedPairs(members, rivals, key);
      if (pairs.length === 0) return undefined;
      const paired = {pairs, heads, folds: undefined};
      const test = testHead(head, metric, paired, influences);
      return test && {...test, pairs: pairs.length};
    },
  );
}

/** Keys of the matrix that not all designs share. */
function differingKeys(designs: readonly MeasuredGroup[]): string[] {
  const keys = [...new Set(designs.flatMap(({group}) => Object.keys(group.variant)))];
  return keys.filter(
    key => new Set(designs.map(({group}) => ownValue(group.variant, key))).size > 1,
  );
}

function designsByValue(designs: readonly MeasuredGroup[], key: string): readonly DesignsOfValue[] {
  const valueOf = ({group}: MeasuredGroup): unknown => ownValue(group.variant, key);
  const having = designs.filter(design => valueOf(design) !== undefined);
  const byValue = groupBy(having, design => String(valueOf(design)));
  return [...byValue].map(([value, members]) => ({value, members}));
}

/** Pairs the runs of designs that differ in nothing but one key, where they can be compared. */
function matchedPairs(
  designs: readonly MeasuredGroup[],
  rivals: readonly MeasuredGroup[],
  key: string,
): RunPair[] {
  const restOf = ({group}: MeasuredGroup): string =>
    JSON.stringify(
      Object.entries(group.variant)
        .filter(([name]) => name !== key)
        .sort(),
    );
  return designs.flatMap(design => {
    const rival = rivals.find(candidate => restOf(candidate) === restOf(design));
    if (rival === undefined) return [];
    const paired = pairGroups(design, rival, pairRuns(design.usable, rival.usable));
    return 'reason' in paired ? [] : paired.pairs;
  });
}
