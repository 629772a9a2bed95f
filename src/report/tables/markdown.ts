import {printable} from '../../util/format.js';
import type {Comparison} from '../../compare/comparison.js';
import {headlines} from '../text/result-sentence.js';
import {verdictNotes} from '../text/verdict-text.js';
import type {TableData} from './table-data.js';
import {
  headTable,
  markNotes,
  pairTable,
  problemLines,
  runTable,
  type TableOptions,
} from './tables.js';

/** For pull requests and step summaries: verdict, runs, differences, and the rest folded away. */
export function comparisonMarkdown(comparison: Comparison, options: TableOptions = {}): string {
  const {verdict} = comparison;
  const sentences = headlines(comparison);
  const notes = [
    ...markNotes(comparison),
    ...verdictNotes(comparison),
    ...problemLines(comparison),
  ];
  const pairs = verdict.tests === 0 ? [] : [markdownTable(pairTable(comparison))];
  return `${[
    ...sentences.map(sentence => `**${markdownText(sentence)}**`),
    markdownTable(runTable(comparison, options)),
    ...pairs,
    ...(notes.length === 0 ? [] : [notes.map(note => `- ${markdownText(note)}`).join('\n')]),
    folded('Every head', markdownTable(headTable(comparison))),
  ].join('\n\n')}\n`;
}

export function markdownTable({header, rows, right}: TableData): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => markdownText(cell).trim()).join(' | ')} |`;
  const rule = header.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** A part that opens with a click; blank lines, or its table would be taken for text. */
export function folded(title: string, content: string): string {
  return `<details><summary>${markdownText(title)}</summary>\n\n${content}\n\n</details>`;
}

/** Text that means only itself in Markdown and in the HTML that it may hold. */
export function markdownText(text: string): string {
  return printable(text)
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]{}|~#@!]/g, character => `&#${character.charCodeAt(0)};`);
}
