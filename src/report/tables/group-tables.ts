import {clusterOrder} from '../../compare/statistics/cluster-order.js';
import {costOf, type Affinities, type GroupCosts} from '../../compare/grouping/grouping.js';
import type {SelectedGroups} from '../../compare/grouping/select-groups.js';
import {groupsText} from '../../experiment/groups.js';
import type {Table} from '../../util/table.js';

/** Affinities in the order of their clusters; columns have the numbers of the rows. */
export function matrixTable({names, matrix}: Affinities): Table {
  const order = clusterOrder(matrix);
  const text = affinityFormat(matrix);
  return {
    header: ['', 'affected', ...order.map((_, index) => String(index + 1))],
    rows: order.map((affected, index) => [
      String(index + 1),
      names[affected] ?? '',
      ...order.map(helping => (helping === affected ? '' : text(matrix[affected]![helping]!))),
    ]),
    right: [0, ...order.map((_, index) => index + 2)],
  };
}

/** Formats affinities with as many digits as the largest of them needs for two that count. */
function affinityFormat(matrix: Affinities['matrix']): (value: number) => string {
  const largest = Math.max(
    ...matrix.flatMap((row, a) => row.map((value, b) => (a === b ? 0 : Math.abs(value)))),
  );
  const digits = largest === 0 ? 2 : Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(largest))));
  return value => (Number.isFinite(value) ? value.toFixed(Math.max(digits, 2)) : '-');
}

/** What sets of groups cost; undefined without an experiment. */
export type SetCosts = {readonly parameters: GroupCosts; readonly time: GroupCosts};

/** The best sets by their number of groups; the last one is the proposed one. */
export function groupTable(
  {names, matrix}: Affinities,
  sets: readonly SelectedGroups[],
  costs: SetCosts | undefined,
): Table {
  const text = affinityFormat(matrix);
  return {
    header: [
      ...['', 'groups', 'score', 'at most'],
      ...(costs === undefined ? [] : ['parameters', 'time']),
      'heads',
    ],
    rows: sets.map((set, index) => [
      index === sets.length - 1 ? '*' : '',
      ...[String(set.groups.length), text(set.score), text(set.bound)],
      ...(costs === undefined
        ? []
        : [costs.parameters, costs.time].map(cost => timesText(costOf(cost, set.groups)))),
      groupsText(namedGroups(set.groups, names)),
    ]),
    right: costs === undefined ? [1, 2, 3] : [1, 2, 3, 4, 5],
  };
}

export function namedGroups(
  groups: readonly (readonly number[])[],
  names: readonly string[],
): string[][] {
  return groups.map(group => group.map(head => names[head] ?? ''));
}

/** `1.97x` */
function timesText(cost: number): string {
  return `${cost.toFixed(2)}x`;
}
