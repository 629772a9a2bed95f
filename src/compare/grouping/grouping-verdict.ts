import {groupsText} from '../../experiment/groups.js';
import type {UntilDecided} from '../../runs/until-decided.js';
import {isSignificantlyBetter, pairOf} from '../best.js';
import {comparisonOf, type Comparison} from '../comparison.js';
import {ALL_HEADS} from '../../experiment/metrics.js';
import type {MeasuredRun} from '../run-metrics.js';
import type {ComparedGroups} from './compared-groups.js';
import type {GroupingVerdict} from './grouping.js';

type VerdictOptions = {
  readonly compared: readonly ComparedGroups[];
  readonly trainings: number | undefined;
  readonly untilDecided: UntilDecided | undefined;
};

/**
 * Compares the proposed groups with each other design by the mean accuracy over the heads, and says whether
 * they help. The designs have the names of their roles.
 */
export function compareGroupings(
  runs: readonly MeasuredRun[],
  {compared, trainings, untilDecided}: VerdictOptions,
): Comparison {
  const only = {onlyWithFirst: true, untilDecided};
  const comparison = renamed(comparisonOf(runs, {...only, metric: 'meanAccuracy'}), compared);
  const heads = renamed(comparisonOf(runs, {...only, metric: 'accuracy'}), compared);
  const nameOf = (role: ComparedGroups['role']): string[] =>
    compared.flatMap(groups => (groups.role === role ? [groups.name] : []));
  const [proposed = ''] = nameOf('proposed');
  const [whole = ''] = nameOf('all in one');
  const rivals = [whole, ...nameOf('control')];
  const unbeaten = rivals.filter(
    rival => !isSignificantlyBetter(proposed, rival, ALL_HEADS, comparison.pairs),
  );
  const grouping: GroupingVerdict = {
    // Without a control, nobody knows whether any other groups would do as well.
    helps: unbeaten.length === 0 && rivals.length > 1,
    groups: groupsText(compared.find(({role}) => role === 'proposed')?.groups ?? []),
    ...{rivals, unbeaten, trainings},
    open: unbeaten.filter(rival =>
      pairOf(proposed, rival, comparison.pairs)?.heads.some(
        ({sequential}) => sequential?.outcome === 'open',
      ),
    ),
    heads: pairOf(proposed, whole, heads.pairs),
  };
  return {...comparison, grouping};
}

/** A comparison whose designs are called by their roles. */
function renamed(comparison: Comparison, compared: readonly ComparedGroups[]): Comparison {
  const roles = new Map(compared.map(({groups, name}) => [groupsText(groups), name]));
  const names = new Map(
    comparison.groups.map(({name, definition}) => [
      name,
      roles.get(definition['model.groups'] ?? '') ?? name,
    ]),
  );
  const nameOf = (name: string): string => names.get(name) ?? name;
  return {
    ...comparison,
    ...(comparison.reference !== undefined && {reference: nameOf(comparison.reference)}),
    groups: comparison.groups.map(group => ({...group, name: nameOf(group.name)})),
    pairs: comparison.pairs.map(pair => ({
      ...pair,
      first: nameOf(pair.first),
      second: nameOf(pair.second),
    })),
  };
}
