import {Option} from 'commander';
import type {Streams} from '../../app/streams.js';
import type {CsvRows} from '../../report/formats.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {UserError} from '../../util/user-error.js';
import type {AddCommand} from '../command.js';
import {
  addMetricOptions,
  examples,
  metricOptions,
  runsOption,
  type MetricFlags,
} from '../options.js';

const formats = ['table', 'json', 'csv', 'md'] as const;
const csvRows = [
  'runs',
  'heads',
  'pairs',
  'slices',
  'effects',
  'affinity',
] as const satisfies readonly CsvRows[];

type CompareFlags = MetricFlags & {
  readonly runs: string;
  readonly format: (typeof formats)[number];
  readonly sort?: string;
  readonly all: boolean;
  readonly transpose: boolean;
  readonly each: boolean;
  /** Rows of the CSV. */
  readonly rows?: CsvRows;
};

export const addCompare: AddCommand = (parent, toAction) => {
  const command = parent
    .command('compare <runs...>')
    .description(
      'compare runs, with a verdict on their differences; RUN is an id, a unique prefix, an experiment (its latest runs, seeds grouped) or latest',
    )
    .addOption(new Option('--format <format>', 'output format').choices(formats).default('table'))
    .addOption(
      new Option(
        '--rows <what>',
        'rows of --format csv: runs, heads of each run, differences of each pair, slices of each head, effects of each key, or affinity of each pair of heads (default: runs)',
      ).choices(csvRows),
    )
    .option('--sort <column>', 'sort the rows by a column, such as Smiling.accuracy or -seconds')
    .option('--all', 'show columns whose rows are all equal, too', false)
    .option('--transpose', 'show each run as a column', false)
    .option('--each', 'show each run as a row, without grouping seeds', false)
    .addOption(runsOption());
  addMetricOptions(command)
    .addHelpText(
      'after',
      examples(
        'celeba-tui compare separate multi-output',
        'celeba-tui compare separate multi-output --metric f1',
        'celeba-tui compare separate multi-output --metric delta-m --reference separate',
        'celeba-tui compare multi-output residual face-backbone --against-first',
        'celeba-tui compare scale-factor --sort data.image.scale --format md',
        'celeba-tui compare separate multi-output --format csv --rows pairs > pairs.csv',
      ),
    )
    .action(
      toAction((context, names: string[], flags: CompareFlags) =>
        runCompare(names, flags, context),
      ),
    );
};

/** Prints runs side by side with the verdict on their differences. */
export async function runCompare(
  names: readonly string[],
  options: CompareFlags,
  {stdout, stderr, env}: Streams & {readonly env: NodeJS.ProcessEnv},
): Promise<ExitCode> {
  assertRowsOfCsv(options);
  const metric = metricOptions(options);
  const {findRunsToCompare} = await import('../../app/find-runs.js');
  const {compareRuns} = await import('../../compare/comparison.js');
  const formats = await import('../../report/formats.js');
  const {sortedBy} = await import('../../report/tables/tables.js');
  const {originNotes} = await import('../folder-notes.js');
  const {addStepSummary} = await import('../step-summary.js');
  const records = await findRunsToCompare(names, options.runs);
  for (const note of await originNotes(options.runs, records)) stderr.write(`${note}\n`);
  const unsorted = await compareRuns(records, {...options, ...metric});
  const {sort, format, rows} = options;
  const comparison = sort === undefined ? unsorted : sortedBy(unsorted, sort);
  const makers = {
    table: () => formats.comparisonText(comparison, options),
    json: () => formats.comparisonJson(comparison),
    csv: () => formats.comparisonCsv(comparison, rows),
    md: () => formats.comparisonMarkdown(comparison, options),
  };
  stdout.write(makers[format]());
  await addStepSummary(makers.md, env, {stderr});
  return 0;
}

function assertRowsOfCsv({rows, format}: CompareFlags): void {
  if (rows === undefined || format === 'csv') return;
  throw new UserError(`--rows ${rows} needs --format csv; received --format ${format}.`, {
    hint: 'The other formats contain runs, heads, pairs, slices, effects and affinity together.',
  });
}
