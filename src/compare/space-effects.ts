import type {HeadMetric} from '../experiment/metrics.js';
import type {Dimension, Search} from '../experiment/search-schema.js';
import {rounded} from '../experiment/search-space.js';
import {ownValue} from '../util/own-value.js';
import type {MeasuredGroup} from './groups.js';
import {
  bestValues,
  headsOfGroups,
  meansByHead,
  type KeyEffect,
  type ValueTest,
} from './key-effects.js';
import {welchTest} from './statistics/welch.js';
import {ALPHA} from './statistics/distributions.js';

/** A range is divided into so many parts, by the logarithm where the search draws by it. */
const PARTS = 3;

/** Values of a key that are taken together. */
type Part = {readonly name: string; readonly has: (value: unknown) => boolean};

/**
 * The effect of each key of a search's space, averaged over the other keys, which were drawn by themselves:
 * the trials of each choice, or of each third of a range, are compared with those of the best one by
 * Welch's t test. Because the best one is found on the same images, p is adjusted for all pairs.
 *
 * @param groups The trials that were drawn, one design each.
 */
export function spaceEffects(
  groups: readonly MeasuredGroup[],
  space: Search['space'],
  metric: HeadMetric,
  higherIsBetter: boolean,
): readonly KeyEffect[] {
  const designs = groups.filter(({usable}) => usable.length > 0);
  const heads = headsOfGroups(designs);
  const drafts = Object.entries(space).map(([key, dimension]) => {
    const values = partsOf(dimension).flatMap(({name, has}) => {
      const members = designs.filter(({group}) => has(ownValue(group.variant, key)));
      return members.length === 0
        ? []
        : [{value: name, members, means: meansByHead(members, heads, metric)}];
    });
    return {key, values, best: bestValues(values, heads, higherIsBetter)};
  });
  const tests = drafts.reduce(
    (sum, {values}) => sum + (heads.length * values.length * (values.length - 1)) / 2,
    0,
  );
  return drafts.map(({key, values, best}) => ({
    key,
    best,
    values: values.map(({value, members, means}) => ({
      ...{value, means, designs: members.length},
      tests: Object.fromEntries(
        heads.flatMap((head): [string, ValueTest][] => {
          const rival = values.find(candidate => candidate.value === best[head]);
          if (rival === undefined || rival.value === value) return [];
          const measured = (groupsOfPart: readonly MeasuredGroup[]): number[] =>
            groupsOfPart.flatMap(({group}) => group.heads[head]?.metrics[metric].mean ?? []);
          const test = welchTest(measured(members), measured(rival.members));
          if (test === undefined) return [];
          const pAdjusted = Math.min(1, test.p * tests);
          return [[head, {...test, pairs: 0, pAdjusted, significant: pAdjusted <= ALPHA}]];
        }),
      ),
    })),
  }));
}

/** The choices of a dimension, the few whole numbers of it, or the parts of its range. */
function partsOf(dimension: Dimension): readonly Part[] {
  if (Array.isArray(dimension)) return dimension.map(exactly);
  const [low, high] = Object.values(dimension)[0] as [number, number];
  if ('integer' in dimension && high - low < PARTS)
    return Array.from({length: high - low + 1}, (_, index) => exactly(low + index));
  const at = (part: number): number => {
    const fraction = part / PARTS;
    const value =
      'log' in dimension ? low * (high / low) ** fraction : low + fraction * (high - low);
    return 'integer' in dimension ? Math.round(value) : rounded(value, [low, high]);
  };
  return Array.from({length: PARTS}, (_, part) => {
    const [from, to] = [at(part), at(part + 1)];
    const isLast = part === PARTS - 1;
    return {
      name: `${from} to ${'integer' in dimension && !isLast ? to - 1 : to}`,
      has: value => Number(value) >= from && (isLast ? Number(value) <= to : Number(value) < to),
    };
  });
}

function exactly(value: string | number | boolean): Part {
  return {name: String(value), has: candidate => candidate === value};
}
