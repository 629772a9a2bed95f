import type {Comparison} from '../compare/comparison.js';
import type {TableData} from '../report/tables/table-data.js';
import {
  headTable,
  markNotes,
  pairTable,
  problemLines,
  runTable,
  type TableOptions,
} from '../report/tables/tables.js';
import {verdictNotes, verdictSentences} from '../report/text/verdict-text.js';
import {oneLine} from '../util/format.js';
import {textTable} from './table.js';

/** A comparison for people: the verdict, the runs, their differences, every head. */
export function comparisonText(comparison: Comparison, options: TableOptions = {}): string {
  const {verdict} = comparison;
  const sentences = verdictSentences(comparison);
  const notes = [
    ...markNotes(comparison),
    ...verdictNotes(comparison),
    ...problemLines(comparison),
  ];
  const heads = headTable(comparison);
  return [
    ...(sentences.length === 0 ? [] : [lines(sentences)]),
    drawn(runTable(comparison, options)) + lines(notes),
    ...(verdict.tests === 0 ? [] : [drawn(pairTable(comparison))]),
    ...(heads.rows.length === 0 ? [] : [drawn(heads)]),
  ].join('\n');
}

function drawn({header, rows, right}: TableData): string {
  return textTable(header, rows, right);
}

function lines(texts: readonly string[]): string {
  return texts.map(text => `${oneLine(text)}\n`).join('');
}
