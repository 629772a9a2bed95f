import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import type {Table} from '../../util/table.js';
import {metricText} from '../text/numbers.js';

/**
 * The designs of a comparison of groupings: their groups, and what they cost relative to one network with
 * all heads. No rows for other comparisons.
 */
export function groupingTable({groups, grouping}: Comparison): Table {
  const whole = groups.find(({name}) => name === grouping?.rivals[0]);
  const times = (group: Group, key: 'parameters' | 'seconds'): string => {
    const ratio = group[key] / (whole?.[key] ?? Number.NaN);
    return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : '-';
  };
  return {
    header: ['grouping', 'mean accuracy', 'parameters', 'time', 'groups'],
    rows:
      grouping === undefined
        ? []
        : groups.map(group => [
            group.name,
            metricText(group.overall.meanAccuracy.mean),
            times(group, 'parameters'),
            times(group, 'seconds'),
            group.definition['model.groups'] ?? '',
          ]),
    right: [1, 2, 3],
  };
}

/** The groups of each design in a comparison of groupings, where there is no room for the table. */
export function groupingLines({groups, grouping}: Comparison): string[] {
  if (grouping === undefined) return [];
  return groups.map(({name, definition}) => `${name}: ${definition['model.groups'] ?? ''}`);
}
