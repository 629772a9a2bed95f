import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import {bestGroup, byImportance, columnsOf} from '../../report/tables/columns.js';
import type {Column as ComparisonColumn} from '../../report/tables/metric-columns.js';
import {metricText} from '../../report/text/numbers.js';
import type {RunRecord} from '../../runs/run-record.js';
import {headAccuracies} from '../../runs/run-state.js';
import {isActive, statusText} from '../../runs/status.js';
import {oneLine} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import type {Cell, Column} from './columns.js';
import {statusSign} from './run-text.js';

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
): readonly Column<Group>[] {
  const {groups} = comparison;
  const columns = columnsOf(comparison, headsOf(comparison, records), Infinity);
  return matrixFirst(byImportance(columns), groups).flatMap((column, priority) => {
    const {display, key} = column;
    if (display === undefined) return [];
    const {title, text, narrowText = text} = {...display, ...display.screen};
    const textOf = hasIntervals ? text : narrowText;
    const texts = new Map(
      groups.map(group => [
        group,
        partialText(column, group, records, comparison) ?? textOf(group),
      ]),
    );
    const isName = key === 'run';
    if (!all && !isName && groups.length > 1 && new Set(texts.values()).size < 2) return [];
    const best = bestGroup(column, comparison);
    const cell = (group: Group): Cell => bestCell(texts.get(group) ?? '', group.name, best);
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
function bestCell(text: string, name: string, best: string | undefined): Cell {
  if (best === undefined) return {text};
  return name === best
    ? {text: `${text} ${BEST_MARK}`, role: 'good'}
    : {text: `${text}${' '.repeat(BEST_MARK.length + 1)}`};
}

/**
 * `▶ 0.812`: the validation accuracy of the last epoch of a group none of whose runs has ended. The sign of
 * the run's status shows that the number is not a result.
 */
function partialText(
  {testedHead}: ComparisonColumn,
  {runs, heads}: Group,
  records: readonly RunRecord[],
  {metric}: Comparison,
): string | undefined {
  if (testedHead === undefined || metric !== 'accuracy') return undefined;
  if (ownValue(heads, testedHead) !== undefined) return undefined;
  for (const {id} of runs) {
    const record = records.find(({folder}) => folder.id === id);
    if (record === undefined) continue;
    const head = headAccuracies(record.state).find(candidate => candidate.head === testedHead);
    if (head !== undefined && Number.isFinite(head.accuracy))
      return `${statusSign(record.status).text} ${metricText(head.accuracy)}`;
  }
  return undefined;
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

/** Says for each run that the verdict leaves out what its numbers are. */
export function partialNotes(
  groups: readonly Group[],
  records: readonly RunRecord[],
): readonly string[] {
  return groups.flatMap(group =>
    group.runs.flatMap(({id, problem}) => {
      if (problem === undefined) return [];
      const record = records.find(({folder}) => folder.id === id);
      const models = record?.state.models ?? [];
      const epoch = Math.max(0, ...models.map(({history}) => history.at(-1)?.epoch ?? 0));
      if (record === undefined || epoch === 0) return [`${group.name}: ${oneLine(problem)}.`];
      const sign = statusSign(record.status).text;
      const word = isActive(record.status) ? 'in progress' : statusText(record.status);
      const of = `epoch ${epoch} of ${record.state.epochs}`;
      return [
        `${sign} ${group.name}: ${word} after ${of}, with the metrics of that epoch; the verdict leaves it out.`,
      ];
    }),
  );
}
