import {ALL_HEADS} from '../../experiment/metrics.js';
import {FIRST_LOOK} from '../../runs/searches.js';
import {isSignificantlyBetter, pairOf} from '../best.js';
import type {MeasuredGroup} from '../groups.js';
import type {PairTest} from '../test-results.js';
import type {ComparedGroups} from './compared-groups.js';
import type {GroupingVerdict} from './grouping.js';

/**
 * Says whether proposed groups help, by the mean accuracy over the heads.
 *
 * @param pairs   The proposed groups and each other design, tested in mean accuracy.
 * @param byHeads The same pairs, tested on each head.
 * @returns       undefined where the designs are no groupings, or one network with all heads is not among them.
 */
export function groupingVerdict(
  designs: readonly MeasuredGroup[],
  pairs: readonly PairTest[],
  byHeads: () => readonly PairTest[],
): GroupingVerdict | undefined {
  const namesOf = (wanted: ComparedGroups['role']): string[] =>
    designs.flatMap(({role, group}) => (role?.role === wanted ? [group.name] : []));
  const proposed = designs.find(({role}) => role?.role === 'proposed');
  const [whole] = namesOf('all in one');
  if (proposed === undefined || whole === undefined) return undefined;
  const {name} = proposed.group;
  const {proposed: groups = '', trainings, affinities} = proposed.role?.proposal ?? {};
  const rivals = [whole, ...namesOf('control')];
  const unbeaten = rivals.filter(rival => !isSignificantlyBetter(name, rival, ALL_HEADS, pairs));
  return {
    // Without a control, nobody knows whether any other groups would do as well.
    helps: unbeaten.length === 0 && rivals.length > 1,
    ...{groups, rivals, unbeaten, trainings, affinities},
    open: unbeaten.filter(rival => isOpen(pairOf(name, rival, pairs), proposed.group.seeds.length)),
    heads: pairOf(name, whole, byHeads()),
  };
}

/** Whether a test could not have told the groups apart: hardly any difference can be detected with fewer seeds. */
function isOpen(pair: PairTest | undefined, seeds: number): boolean {
  if (pair === undefined || pair.notCompared !== undefined || seeds < FIRST_LOOK) return true;
  return pair.heads.some(({sequential}) => sequential?.outcome === 'open');
}

/** Whether designs are groupings that were proposed, and their controls. */
export function areGroupings(designs: readonly MeasuredGroup[]): boolean {
  return designs.some(({role}) => role !== undefined);
}
