import {printable} from '../../util/format.js';
import {comparisonMarkdown, folded, markdownTable, markdownText} from '../formats.js';
import type {Report} from './report.js';
import {environmentTable} from './sections/background.js';

/** The report for a pull request or a step summary: without charts, details folded. */
export function reportMarkdown(report: Report): string {
  const {comparison, rows, title} = report;
  const definitions = rows.flatMap(({label, definition}) =>
    definition === undefined ? [] : [folded(`Definition of ${label}`, fenced(definition, 'yaml'))],
  );
  const summaries = [...new Set(rows.flatMap(({summary}) => summary ?? []))];
  return `${[
    `## ${markdownText(title)}`,
    comparisonMarkdown(comparison).trimEnd(),
    ...summaries.map(text => folded('Model', fenced(text, ''))),
    ...definitions,
    folded('Environment', markdownTable(environmentTable(report))),
  ].join('\n\n')}\n`;
}

/** A code block, whose fence is longer than any row of backticks in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${printable(text).trimEnd()}\n${fence}`;
}
