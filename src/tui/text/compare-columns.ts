import type {Comparison} from '../../compare/comparison.js';
import {
  bestGroup,
  byImportance,
  columnsOf,
  metricText,
  type Column,
} from '../../report/tables/columns.js';
import type {RunRecord} from '../../runs/run-record.js';
import {partialMetrics} from './partial-metrics.js';

/** One column of the table of compared runs: its title, and the text of each group. */
export type CompareColumn = {
  readonly title: string;
  readonly cells: readonly string[];
  /** Index of the best group; undefined where there is none, or a tie. */
  readonly best: number | undefined;
  readonly align: 'left' | 'right';
};

/**
 * The columns of a comparison, the names and accuracies first.
 *
 * @param all           Whether to show columns whose cells are all equal.
 * @param records       The runs, for metrics of those that have not ended.
 * @param hasIntervals  Whether accuracies come with their intervals.
 */
export function compareColumns(
  comparison: Comparison,
  all: boolean,
  records: readonly RunRecord[],
  hasIntervals = true,
): readonly CompareColumn[] {
  const {groups} = comparison;
  const columns = columnsOf(comparison, headsOf(comparison, records), Infinity);
  return byImportance(columns).flatMap(column => {
    const {display} = column;
    if (display === undefined) return [];
    const {title, text, narrowText = text} = {...display, ...display.screen};
    const textOf = hasIntervals ? text : narrowText;
    const cells = groups.map(group => partialText(column, group, records) ?? textOf(group));
    if (!all && column.key !== 'run' && new Set(cells).size < 2) return [];
    const best = groups.findIndex(({name}) => name === bestGroup(column, comparison));
    return [{title, cells, best: best < 0 ? undefined : best, align: display.align}];
  });
}

/** The accuracy of the last epoch, where no run of a group has ended. */
function partialText(
  {better}: Column,
  group: Comparison['groups'][number],
  records: readonly RunRecord[],
): string | undefined {
  if (better?.direction !== 'higher') return undefined;
  const partial = partialMetrics(group, better.head, records);
  return partial && `${partial.sign} ${metricText(partial.accuracy)}`;
}

/** The heads of all runs, including runs that have not ended. */
export function headsOf(
  {groups, heads}: Comparison,
  records: readonly RunRecord[],
): readonly string[] {
  const ids = new Set(groups.flatMap(({runs}) => runs.map(({id}) => id)));
  const members = records.filter(({folder}) => ids.has(folder.id));
  return [...new Set([...heads, ...members.flatMap(({state}) => state.heads)])];
}
