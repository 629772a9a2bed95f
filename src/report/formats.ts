import {stringify} from 'csv-stringify/sync';
import type {Comparison} from '../compare/comparison.js';
import {csvText} from '../util/csv-text.js';
import {escaped, oneLine, printable} from '../util/format.js';
import {textTable, type Table} from '../util/table.js';
import {affinityNotes, affinityRows, affinityTable} from './tables/affinity-table.js';
import {columnsOf} from './tables/columns.js';
import {effectNotes, effectRows, effectTable} from './tables/effect-table.js';
import {groupingTable} from './tables/grouping-table.js';
import {headFacts, headOf, type CellValue} from './tables/metric-columns.js';
import {
  classTables,
  headTable,
  markNotes,
  pairTable,
  problemLines,
  runTable,
  type TableOptions,
} from './tables/tables.js';
import {sliceRows, sliceTable, worstSliceTable} from './tables/slice-tables.js';
import {sliceNotes} from './text/slice-notes.js';
import {notComparedText} from './text/pair-sentence.js';
import {headlines, verdictSentences} from './text/verdict.js';
import {verdictNotes} from './text/verdict-notes.js';

/** A comparison for a terminal: the verdict, the runs, their differences, every head. */
export function comparisonText(comparison: Comparison, options: TableOptions = {}): string {
  const lines = (texts: readonly string[]): string =>
    texts.map(text => `${oneLine(text)}\n`).join('');
  const part = (table: Table, notes: readonly string[] = []): string =>
    table.rows.length === 0 ? '' : textTable(table) + lines(notes);
  return [
    lines(verdictSentences(comparison)),
    part(groupingTable(comparison)),
    textTable(runTable(comparison, options)) + lines(allNotes(comparison)),
    comparison.tests === 0 ? '' : part(pairTable(comparison)),
    part(effectTable(comparison), effectNotes(comparison)),
    part(headTable(comparison)),
    ...classTables(comparison).map(table => part(table)),
    part(worstSliceTable(comparison)),
    part(sliceTable(comparison), sliceNotes(comparison)),
    part(affinityTable(comparison), affinityNotes(comparison)),
  ]
    .filter(text => text !== '')
    .join('\n');
}

function allNotes(comparison: Comparison): string[] {
  return [...markNotes(comparison), ...verdictNotes(comparison), ...problemLines(comparison)];
}

/** A comparison as JSON, with the verdict in sentences; numbers that are not finite are null. */
export function comparisonJson(comparison: Comparison): string {
  const sentences = verdictSentences(comparison);
  return `${escaped(JSON.stringify({...comparison, sentences}, null, 2))}\n`;
}

/**
 * What a row of the CSV is: a run (or its seeds together), a head of it, a head of a pair, a slice of a
 * head, a value of a key of the matrix, or the affinity of two heads.
 */
export type CsvRows = 'runs' | 'heads' | 'pairs' | 'slices' | 'effects' | 'affinity';

type Rows = readonly (readonly CellValue[])[];

/** A comparison as CSV, with every column; a missing value is empty. */
export function comparisonCsv(comparison: Comparison, rows: CsvRows = 'runs'): string {
  const makers = {
    ...{runs: runRows, heads: headRows, pairs: pairRows},
    ...{slices: sliceRows, effects: effectRows, affinity: affinityRows},
  };
  return stringify(makers[rows](comparison).map(row => row.map(csvCell)));
}

function csvCell(value: CellValue): CellValue {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return typeof value === 'string' ? csvText(printable(value)) : value;
}

/** The numbers of all heads are side by side, under names such as Smiling.accuracy. */
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
        const metrics = headOf(group, head);
        if (metrics === undefined) return [];
        const facts = headFacts.map(([, value]) => value(metrics));
        return [[group.name, head, group.seeds.length, ...facts]];
      }),
    ),
  ];
}

const pairColumns = [
  ...['first', 'second', 'head', 'images', 'seeds', 'difference', 'ciLow', 'ciHigh', 'p'],
  ...['pAdjusted', 'significant', 'minimumDetectable', 'firstOnlyCorrect', 'secondOnlyCorrect'],
  ...['method', 'parameterRatio', 'secondsRatio', 'notCompared', 'outcome', 'margin', 'pSmaller'],
  'metric',
];

/** Differences are in the unit of the metric, first minus second. A pair without a test has a row with the reason. */
function pairRows({pairs, metric}: Comparison): Rows {
  const rows = pairs.flatMap(({heads, ...pair}): Record<string, CellValue>[] => {
    const facts = {
      ...pair,
      metric,
      notCompared: pair.notCompared && notComparedText(pair.notCompared),
    };
    if (heads.length === 0) return [facts];
    return heads.map(({bySeed, significant, sequential, ...test}) => ({
      ...facts,
      ...test,
      ...sequential,
      seeds: bySeed?.seeds ?? 1,
      significant: significant ? 1 : 0,
    }));
  });
  return [pairColumns, ...rows.map(row => pairColumns.map(column => row[column]))];
}

/** A comparison for pull requests and step summaries: verdict, runs, differences, details folded. */
export function comparisonMarkdown(comparison: Comparison, options: TableOptions = {}): string {
  const list = (notes: readonly string[]): string[] => (notes.length === 0 ? [] : [listed(notes)]);
  const part = (table: Table, notes: readonly string[] = []): string[] =>
    table.rows.length === 0 ? [] : [markdownTable(table), ...list(notes)];
  const slices = sliceTable(comparison);
  return `${[
    ...headlines(comparison).map(sentence => `**${markdownText(sentence)}**`),
    ...part(groupingTable(comparison)),
    markdownTable(runTable(comparison, options)),
    ...(comparison.tests === 0 ? [] : part(pairTable(comparison))),
    ...part(effectTable(comparison), effectNotes(comparison)),
    ...list(allNotes(comparison)),
    folded('Every head', markdownTable(headTable(comparison))),
    ...part(worstSliceTable(comparison), sliceNotes(comparison)),
    ...(slices.rows.length === 0 ? [] : [folded('Every slice', markdownTable(slices))]),
    ...part(affinityTable(comparison), affinityNotes(comparison)),
  ].join('\n\n')}\n`;
}

function listed(notes: readonly string[]): string {
  return notes.map(note => `- ${markdownText(note)}`).join('\n');
}

export function markdownTable({header, rows, right = []}: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => markdownText(cell).trim()).join(' | ')} |`;
  const rule = header.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** A part that opens with a click. Markdown needs the blank lines to see a table in it. */
export function folded(title: string, content: string): string {
  return `<details><summary>${markdownText(title)}</summary>\n\n${content}\n\n</details>`;
}

/** Escapes text, so that neither Markdown nor the HTML within it gives it a meaning. */
export function markdownText(text: string): string {
  return printable(text)
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]{}|~#@!]/g, character => `&#${character.charCodeAt(0)};`);
}
