import type {Comparison} from '../../compare/comparison.js';
import type {Outcome} from '../../compare/statistics/sequential.js';
import type {HeadTest} from '../../compare/test-results.js';
import {headMetrics, metricFacts, type HeadMetric} from '../../experiment/metrics.js';
import {thousands} from '../../util/format.js';
import {didYouMean} from '../../util/nearest.js';
import type {Table} from '../../util/table.js';
import {UserError} from '../../util/user-error.js';
import {differenceInterval, differenceText, metricText, pValue, unitOf} from '../text/numbers.js';
import {BEST_MEANING, bestGroup, byImportance, columnsOf} from './columns.js';
import {headOf, type CellValue} from './metric-columns.js';

export type TableOptions = {
  /** Whether to show columns whose rows are all equal. */
  readonly all?: boolean;
  /** Whether each run is a column. */
  readonly transpose?: boolean;
  /** Puts accuracies and costs first, for a table whose right end may be cut off. */
  readonly accuracyFirst?: boolean;
};

/** Stands behind the best value of a column. */
const BEST_MARK = '*';

/** A row per group: what differs, what it costs, the accuracy of each head. */
export function runTable(
  comparison: Comparison,
  {all = false, transpose = false, accuracyFirst = false}: TableOptions = {},
): Table {
  const {groups} = comparison;
  const facts = columnsOf(comparison);
  const columns = (accuracyFirst ? byImportance(facts) : facts).flatMap(column => {
    const {display} = column;
    if (display === undefined || display.shown === 'detail') return [];
    const differs = new Set(groups.map(display.text)).size > 1;
    if (display.shown !== 'always' && !all && !differs) return [];
    const best = bestGroup(column, comparison);
    const mark = (name: string): string =>
      best === undefined ? '' : name === best ? BEST_MARK : ' ';
    return [{...display, cells: groups.map(group => display.text(group) + mark(group.name))}];
  });
  const table = {
    header: columns.map(({title}) => title),
    rows: groups.map((_, row) => columns.map(({cells}) => cells[row] ?? '')),
    right: columns.flatMap(({align}, index) => (align === 'right' ? [index] : [])),
  };
  return transpose ? transposed(table) : table;
}

/** Turns rows into columns, for few runs with many numbers. */
function transposed({header, rows}: Table): Table {
  const [corner = '', ...titles] = header;
  return {
    header: [corner, ...rows.map(([name = '']) => name)],
    rows: titles.map((title, index) => [title, ...rows.map(row => row[index + 1] ?? '')]),
    right: rows.map((_, index) => index + 1),
  };
}

/** A row per head and group: every metric beside the accuracy. */
export function headTable({heads, groups}: Comparison): Table {
  const metrics = (Object.keys(headMetrics) as HeadMetric[]).filter(key => key !== 'accuracy');
  const titles = metrics.map(key => shortTitles[key] ?? headMetrics[key].title);
  const sizes = groups.flatMap(group => heads.map(head => headOf(group, head)?.images));
  // Heads differ in them where labels are missing.
  const differ = new Set(sizes.filter(size => size !== undefined)).size > 1;
  const header = [...(differ ? ['n'] : []), 'majority', 'train', ...titles, 'TP', 'FP', 'FN', 'TN'];
  const rows = heads.flatMap(head =>
    groups.flatMap(group => {
      const numbers = headOf(group, head);
      if (numbers === undefined) return [];
      const {baseline, trainAccuracy, confusion} = numbers;
      const {truePositives, falsePositives, falseNegatives, trueNegatives} = confusion;
      return [
        [
          head,
          group.name,
          ...(differ ? [thousands(numbers.images)] : []),
          metricText(baseline),
          metricText(trainAccuracy.mean),
          ...metrics.map(metric => metricText(numbers.metrics[metric].mean)),
          ...[truePositives, falsePositives, falseNegatives, trueNegatives].map(count =>
            Number.isNaN(count) ? '-' : String(count),
          ),
        ],
      ];
    }),
  );
  return {header: ['head', 'run', ...header], rows, right: header.map((_, index) => index + 2)};
}

/** Confusion matrices of the heads with more than two classes: predicted (columns) by true class (rows). */
export function classTables({heads, groups}: Comparison): Table[] {
  return heads.flatMap(head =>
    groups.flatMap(group => {
      const classes = headOf(group, head)?.classes;
      if (classes === undefined) return [];
      const {names, matrix} = classes;
      return [
        {
          header: [`${head}, ${group.name}`, ...names.map(name => `predicted ${name}`)],
          rows: matrix.map((row, label) => [`is ${names[label]}`, ...row.map(thousands)]),
          right: names.map((_, index) => index + 1),
        },
      ];
    }),
  );
}

/** Titles for narrow columns. */
const shortTitles: Readonly<Partial<Record<HeadMetric, string>>> = {
  balancedAccuracy: 'balanced',
  brier: 'Brier',
};

/** A row per pair and head: the difference, first minus second, and its test. */
export function pairTable(comparison: Comparison): Table {
  const {pairs, metric, untilDecided} = comparison;
  const isSequential = untilDecided !== undefined;
  const title =
    metric === 'accuracy' ? unitOf(metric) : `${metricFacts(metric).title}, ${unitOf(metric)}`;
  const p = isSequential ? 'p of one look' : 'p';
  const header = ['first - second', 'head', title, '95 %', p, 'p adjusted'];
  return {
    header: [...header, isSequential ? 'outcome' : 'significant', 'detectable'],
    rows: pairs.flatMap(({first, second, heads}) =>
      heads.map(test => [
        `${first} - ${second}`,
        test.head,
        differenceText(metric, test.difference),
        differenceInterval(metric, [test.ciLow, test.ciHigh]),
        pValue(test.p),
        pValue(test.pAdjusted),
        isSequential ? outcomeText(test, {first, second}) : test.significant ? 'yes' : 'no',
        Number.isFinite(test.minimumDetectable)
          ? differenceText(metric, test.minimumDetectable)
          : '-',
      ]),
    ),
    right: [2, 3, 4, 5, 7],
  };
}

/** `separate better, 4 seeds`, `smaller than 1.0, 5 seeds`, `open, 10 seeds`. */
function outcomeText(
  {sequential, bySeed}: HeadTest,
  names: {readonly first: string; readonly second: string},
): string {
  const {outcome = 'open', margin = Number.NaN} = sequential ?? {};
  const texts: Record<Outcome, string> = {
    'first better': `${names.first} better`,
    'second better': `${names.second} better`,
    smaller: `smaller than ${differenceText('accuracy', margin)}`,
    open: 'open',
  };
  return `${texts[outcome]}, ${bySeed?.seeds ?? 1} seeds`;
}

/** What the mark in the table of runs means; nothing where it has none. */
export function markNotes(comparison: Comparison): string[] {
  const isMarked = columnsOf(comparison).some(
    column => column.display !== undefined && bestGroup(column, comparison) !== undefined,
  );
  return isMarked ? [`${BEST_MARK} ${BEST_MEANING}`] : [];
}

/** The runs without metrics, each with the reason. */
export function problemLines({groups}: Comparison): string[] {
  return groups.flatMap(({runs}) =>
    runs.flatMap(({id, problem}) => (problem === undefined ? [] : [`${id}: ${problem}`])),
  );
}

/**
 * Sorts the rows of a comparison by a column; missing values come last.
 *
 * @param by A column's key, such as Smiling.accuracy; a minus before it puts the largest first.
 */
export function sortedBy(comparison: Comparison, by: string): Comparison {
  const columns = columnsOf(comparison);
  const isDescending = by.startsWith('-');
  const key = isDescending ? by.slice(1) : by;
  const column = columns.find(candidate => candidate.key === key);
  if (column === undefined) {
    const keys = columns.map(candidate => candidate.key);
    const example = keys.find(name => name.endsWith('.accuracy')) ?? 'parameters';
    throw new UserError(
      `--sort ${by}: there is no column ${key}. Expected a column of --format csv, such as ${example} or seconds.`,
      {hint: didYouMean(key, keys, 'A minus before the column puts the largest first.')},
    );
  }
  const rows = comparison.groups.map(group => ({group, value: column.value(group)}));
  rows.sort(
    (a, b) =>
      Number(isMissing(a.value)) - Number(isMissing(b.value)) ||
      compareValues(a.value, b.value) * (isDescending ? -1 : 1),
  );
  return {...comparison, groups: rows.map(({group}) => group)};
}

function isMissing(value: CellValue): boolean {
  return value === undefined || value === '' || Number.isNaN(value);
}

/** Values of a definition are texts; 10 comes after 9 all the same. */
function compareValues(a: CellValue, b: CellValue): number {
  if (isMissing(a) || isMissing(b)) return 0;
  const difference = Number(a) - Number(b);
  if (!Number.isNaN(difference)) return difference;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
