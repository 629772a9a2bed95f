import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import {bestGroup, byImportance, columnsOf} from '../../report/tables/columns.js';
import type {Column as ComparisonColumn} from '../../report/tables/metric-columns.js';
import {metricText} from '../../report/text/numbers.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {Cell, Column} from './columns.js';
import {partialMetrics} from './partial-metrics.js';

/** A row of a comparison on the screen: a group, and its place. */
export type ComparedGroup = {readonly group: Group; readonly index: number};

export function comparedGroups({groups}: Comparison): readonly ComparedGroup[] {
  return groups.map((group, index) => ({group, index}));
}

/** What stands behind the best value of a column. */
export const BEST_MARK = '★';

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
): readonly Column<ComparedGroup>[] {
  const {groups} = comparison;
  const columns = columnsOf(comparison, headsOf(comparison, records), Infinity);
  return matrixFirst(byImportance(columns), groups).flatMap((column, priority) => {
    const {display, key} = column;
    if (display === undefined) return [];
    const {title, text, narrowText = text} = {...display, ...display.screen};
    const textOf = hasIntervals ? text : narrowText;
    const texts = groups.map(
      group => partialText(column, group, records, comparison) ?? textOf(group),
    );
    const isName = key === 'run';
    if (!all && !isName && groups.length > 1 && new Set(texts).size < 2) return [];
    const best = groups.findIndex(({name}) => name === bestGroup(column, comparison));
    const cell = ({index}: ComparedGroup): Cell => bestCell(texts[index] ?? '', index, best);
    const place = isName ? {isName, minWidth: MIN_NAME} : {priority, minWidth: MAX_CELL};
    return [{title, cell, align: display.align, ...place}];
  });
}

/** The keys in which the combinations of a matrix differ follow the name: they say what was compared. */
function matrixFirst(
  columns: readonly ComparisonColumn[],
  groups: readonly Group[],
): readonly ComparisonColumn[] {
  const keys = new Set(groups.flatMap(({variant}) => Object.keys(variant)));
  const rank = ({key}: ComparisonColumn): number => (key === 'run' ? 0 : keys.has(key) ? 1 : 2);
  return [...columns].sort((a, b) => rank(a) - rank(b));
}

const MIN_NAME = 12;
/** A definition may fill lines. */
const MAX_CELL = 28;

/** The best value is marked by a star, not by colour alone; digits stay below each other. */
function bestCell(text: string, index: number, best: number): Cell {
  if (best < 0) return {text};
  return index === best
    ? {text: `${text} ${BEST_MARK}`, role: 'good'}
    : {text: `${text}${' '.repeat(BEST_MARK.length + 1)}`};
}

/** The accuracy of the last epoch, where no run of a group has ended. */
function partialText(
  {testedHead}: ComparisonColumn,
  group: Group,
  records: readonly RunRecord[],
  {metric}: Comparison,
): string | undefined {
  if (testedHead === undefined || metric !== 'accuracy') return undefined;
  const partial = partialMetrics(group, testedHead, records);
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
