import {fraction} from '../../util/format.js';
import {BEST_MEANING} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import type {ComparedGroup, GroupHead, MetricName} from '../../compare/groups.js';
import type {HeadVerdict} from '../../compare/verdict.js';
import {points, pointsInterval, pValue} from '../text/numbers.js';
import {columnsOf, headOf, type Column} from './columns.js';
import {transposed, type TableData} from './table-data.js';

export type TableOptions = {
  /** Also columns in which all rows have the same. */
  readonly all?: boolean;
  readonly transpose?: boolean;
  /** Where a table is cut off at the right, what it is about must not be there. */
  readonly accuracyFirst?: boolean;
};

/** Stands behind the best of a column. */
const BEST_MARK = '*';

/** A row for each group: what differs, what it costs, the accuracy of each head. */
export function runTable(
  comparison: Comparison,
  {all = false, transpose = false, accuracyFirst = false}: TableOptions = {},
): TableData {
  const {groups} = comparison;
  const ordered = columnsOf(comparison);
  if (accuracyFirst) ordered.sort((a, b) => place(a) - place(b));
  const columns = ordered.flatMap(({shown}) => {
    if (shown === undefined) return [];
    const varies = new Set(groups.map(shown.text)).size > 1;
    return shown.always || all || varies ? [shown] : [];
  });
  const table: TableData = {
    header: columns.map(({title}) => title),
    rows: groups.map(group => columns.map(shown => cellText(shown, group))),
    right: columns.flatMap(({right}, index) => (right ? [index] : [])),
  };
  return transpose ? transposed(table) : table;
}

function cellText({text, best}: NonNullable<Column['shown']>, group: ComparedGroup): string {
  if (best === undefined) return text(group);
  return `${text(group)}${group.name === best ? BEST_MARK : ' '}`;
}

/** The name, the accuracies, the rest. */
function place({key}: Column): number {
  if (key === 'run') return 0;
  return key === 'accuracy' || key.endsWith('.accuracy') ? 1 : 2;
}

/** A row for each head and group: everything beside the accuracy. */
export function headTable({heads, groups}: Comparison): TableData {
  const titles = ['majority', ...headMetrics.map(([, title]) => title), 'TP', 'FP', 'FN', 'TN'];
  const rows = heads.flatMap(head =>
    groups.flatMap(group => {
      const own = headOf(group, head);
      return own === undefined ? [] : [headRow(head, group, own)];
    }),
  );
  return {header: ['head', 'run', ...titles], rows, right: titles.map((_, index) => index + 2)};
}

const headMetrics: readonly (readonly [MetricName, string])[] = [
  ['trainAccuracy', 'train'],
  ['balancedAccuracy', 'balanced'],
  ['precision', 'precision'],
  ['recall', 'recall'],
  ['f1', 'F1'],
  ['auc', 'AUC'],
  ['calibrationError', 'ECE'],
];

function headRow(head: string, {name}: ComparedGroup, own: GroupHead): string[] {
  const {truePositives, falsePositives, falseNegatives, trueNegatives} = own.confusion;
  return [
    head,
    name,
    fractionText(own.baseline),
    ...headMetrics.map(([metric]) => fractionText(own.metrics[metric].mean)),
    ...[truePositives, falsePositives, falseNegatives, trueNegatives].map(String),
  ];
}

/** There is no precision where nothing was predicted as 1. */
function fractionText(value: number): string {
  return Number.isFinite(value) ? fraction(value, 3) : '-';
}

/** A row for each pair and head: the difference, first minus second, and how certain it is. */
export function pairTable({verdict}: Comparison): TableData {
  const header = [
    'first - second',
    'head',
    'points',
    '95 %',
    'p',
    'p adjusted',
    'significant',
    'detectable',
  ];
  const rows = verdict.pairs.flatMap(({first, second, heads}) =>
    heads.map(head => [`${first} - ${second}`, ...pairCells(head)]),
  );
  return {header, rows, right: [2, 3, 4, 5, 7]};
}

function pairCells(head: HeadVerdict): string[] {
  return [
    head.head,
    points(head.difference),
    pointsInterval([head.ciLow, head.ciHigh]),
    pValue(head.p),
    pValue(head.pAdjusted),
    head.significant ? 'yes' : 'no',
    Number.isFinite(head.minimumDetectable) ? points(head.minimumDetectable) : '-',
  ];
}

/** What the mark in a table of rows means; nothing where no number has one. */
export function markNotes(comparison: Comparison): string[] {
  const isMarked = columnsOf(comparison).some(({shown}) => shown?.best !== undefined);
  return isMarked ? [`${BEST_MARK} ${BEST_MEANING}`] : [];
}

/** Runs that have nothing to compare, each with the reason. */
export function problemLines({groups}: Comparison): string[] {
  return groups.flatMap(({runs}) =>
    runs.flatMap(({id, problem}) => (problem === undefined ? [] : [`${id}: ${problem}`])),
  );
}
