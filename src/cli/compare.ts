import {compareRuns, type Comparison} from '../compare/comparison.js';
import {findRunsToCompare} from '../app/find-runs.js';
import {
  comparisonCsv,
  comparisonJson,
  comparisonMarkdown,
  comparisonText,
  type CsvRows,
} from '../report/formats.js';
import {sortedBy} from '../report/tables/tables.js';
import type {ExitCode} from '../util/exit-codes.js';
import {UserError} from '../util/user-error.js';
import {originNotes} from './folder-notes.js';
import {addStepSummary} from './step-summary.js';
import type {Streams} from '../app/streams.js';

export type CompareFlags = {
  readonly runs: string;
  readonly format: 'table' | 'json' | 'csv' | 'md';
  readonly sort?: string;
  readonly all: boolean;
  readonly transpose: boolean;
  readonly each: boolean;
  /** Rows of the CSV. */
  readonly rows?: CsvRows;
};

/** Prints runs side by side with the verdict on their differences. */
export async function runCompare(
  names: readonly string[],
  options: CompareFlags,
  {stdout, stderr, env}: Streams & {readonly env: NodeJS.ProcessEnv},
): Promise<ExitCode> {
  assertRowsOfCsv(options);
  const records = await findRunsToCompare(names, options.runs);
  for (const note of await originNotes(options.runs, records)) stderr.write(`${note}\n`);
  const comparison = await compareRuns(records, options);
  const sorted = options.sort === undefined ? comparison : sortedBy(comparison, options.sort);
  stdout.write(formatted(sorted, options));
  await addStepSummary(() => comparisonMarkdown(sorted, options), env, {stderr});
  return 0;
}

function formatted(comparison: Comparison, options: CompareFlags): string {
  switch (options.format) {
    case 'table':
      return comparisonText(comparison, options);
    case 'json':
      return comparisonJson(comparison);
    case 'csv':
      return comparisonCsv(comparison, options.rows);
    case 'md':
      return comparisonMarkdown(comparison, options);
  }
}

function assertRowsOfCsv({rows, format}: CompareFlags): void {
  if (rows === undefined || format === 'csv') return;
  throw new UserError(`--rows ${rows} needs --format csv; received --format ${format}.`, {
    hint: 'The other formats contain runs, heads and pairs together.',
  });
}
