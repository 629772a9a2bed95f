import {stringify} from 'csv-stringify/sync';
import {csvText} from '../../util/csv-text.js';
import {printable} from '../../util/format.js';
import type {Comparison} from '../../compare/comparison.js';
import type {PairVerdict} from '../../compare/verdict.js';
import {columnsOf, headOf, type CellValue} from './columns.js';
import {headFacts} from './head-facts.js';

/** What a row of the CSV is about: a run (or its seeds together), a head of one, a head of a pair. */
export type CsvRows = 'runs' | 'heads' | 'pairs';

/** One table for other programs, every column; nothing where there is no value. */
export function comparisonCsv(comparison: Comparison, rows: CsvRows = 'runs'): string {
  const makers = {runs: runRows, heads: headRows, pairs: pairRows};
  return stringify(makers[rows](comparison).map(row => row.map(cell)));
}

type Rows = readonly (readonly CellValue[])[];

/** Numbers of all heads side by side, under names such as Smiling.accuracy. */
function runRows(comparison: Comparison): Rows {
  const columns = columnsOf(comparison);
  return [
    columns.map(({key}) => key),
    ...comparison.groups.map(group => columns.map(({value}) => value(group))),
  ];
}

function headRows({heads, groups}: Comparison): Rows {
  return [
    ['run', 'head', 'seeds', ...headFacts.map(([name]) => name)],
    ...heads.flatMap(head =>
      groups.flatMap(group => {
        const own = headOf(group, head);
        if (own === undefined) return [];
        const facts = headFacts.map(([, value]) => value(own));
        return [[group.name, head, group.seeds.length, ...facts]];
      }),
    ),
  ];
}

const pairColumns = [
  'first',
  'second',
  'head',
  'images',
  'seeds',
  'difference',
  'ciLow',
  'ciHigh',
  'p',
  'pAdjusted',
  'significant',
  'minimumDetectable',
  'firstOnlyCorrect',
  'secondOnlyCorrect',
  'method',
  'parameterRatio',
  'secondsRatio',
  'notCompared',
] as const;

/** Differences are fractions, first minus second. A pair that is not compared has a row with the reason. */
function pairRows({verdict}: Comparison): Rows {
  const rows = verdict.pairs.flatMap(pair =>
    pair.heads.length === 0
      ? [factsOf(pair)]
      : pair.heads.map(head => ({
          ...factsOf(pair),
          head: head.head,
          images: head.images,
          seeds: head.bySeed?.seeds ?? 1,
          difference: head.difference,
          ciLow: head.ciLow,
          ciHigh: head.ciHigh,
          p: head.p,
          pAdjusted: head.pAdjusted,
          significant: head.significant ? 1 : 0,
          minimumDetectable: head.minimumDetectable,
          firstOnlyCorrect: head.firstOnlyCorrect,
          secondOnlyCorrect: head.secondOnlyCorrect,
          method: head.method,
        })),
  );
  return [
    pairColumns,
    ...rows.map((row: Partial<Record<(typeof pairColumns)[number], CellValue>>) =>
      pairColumns.map(column => row[column]),
    ),
  ];
}

function factsOf({first, second, notCompared, parameterRatio, secondsRatio}: PairVerdict) {
  return {first, second, notCompared, parameterRatio, secondsRatio};
}

function cell(value: CellValue): CellValue {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return typeof value === 'string' ? csvText(printable(value)) : value;
}
