import path from 'node:path';
import {Option} from 'commander';
import type {Streams} from '../../app/streams.js';
import type {Report} from '../../report/page/report.js';
import {cacheFolder} from '../../util/cache-folder.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {printable} from '../../util/format.js';
import {UserError} from '../../util/user-error.js';
import type {AddCommand} from '../command.js';
import {
  addMetricOptions,
  examples,
  metricOptions,
  runsOption,
  type MetricFlags,
} from '../options.js';

const formats = ['html', 'md'] as const;

export type ReportFlags = MetricFlags & {
  readonly runs: string;
  readonly format: (typeof formats)[number];
  readonly out?: string;
  /** Whether the page contains images of mistakes. */
  readonly faces: boolean;
  readonly each: boolean;
};

export const addReport: AddCommand = (parent, toAction) => {
  const command = parent
    .command('report <runs...>')
    .description(
      'write one HTML page with the verdict, charts and tables, which needs no network; RUN as in compare',
    )
    .addOption(
      new Option('--format <format>', 'html: a page; md: Markdown for a pull request, on stdout')
        .choices(formats)
        .default('html'),
    )
    .option(
      '--out <file>',
      "output file, - for stdout (default: in the run's folder; for several runs, in a new folder of comparisons/)",
    )
    .option(
      '--faces',
      'include images of mistakes: for research only, keep the page to yourself',
      false,
    )
    .option('--each', 'show each run as a row, without grouping seeds', false)
    .addOption(runsOption());
  addMetricOptions(command)
    .addHelpText(
      'after',
      [
        examples(
          'celeba-tui report latest',
          'celeba-tui report separate multi-output --out verdict.html',
          'celeba-tui report scale-factor --format md | gh pr comment --body-file -',
        ),
        '',
        'In GitHub Actions, run, compare and report also add the Markdown to the step summary.',
      ].join('\n'),
    )
    .action(
      toAction((context, names: string[], flags: ReportFlags) =>
        runReport(names, flags, {...context, cacheFolder: cacheFolder(context.env)}),
      ),
    );
};

type ReportDeps = Streams & {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly version: string;
  readonly cacheFolder: string;
};

/** Writes a report as a page or as Markdown; prints the path of the page. */
export async function runReport(
  names: readonly string[],
  options: ReportFlags,
  deps: ReportDeps,
): Promise<ExitCode> {
  const {stdout} = deps;
  assertFacesOfPage(options);
  const metric = metricOptions(options);
  const {findRunsToCompare} = await import('../../app/find-runs.js');
  const {comparisonOf} = await import('../../compare/comparison.js');
  const {measureRun} = await import('../../compare/run-metrics.js');
  const {reportMarkdown} = await import('../../report/page/markdown.js');
  const {makeReport} = await import('../../report/page/report.js');
  const {mapLimited} = await import('../../util/map-limited.js');
  const {addStepSummary} = await import('../step-summary.js');
  const records = await findRunsToCompare(names, options.runs);
  const measured = await mapLimited(records, measureRun);
  const images = options.faces ? {images: {measured, read: await imageReader(deps)}} : {};
  const report = await makeReport(comparisonOf(measured, {...options, ...metric}), records, {
    ...deps,
    ...images,
  });
  const markdown = reportMarkdown(report);
  stdout.write(await written(report, markdown, options));
  await addStepSummary(() => markdown, deps.env, deps);
  return 0;
}

async function imageReader({cacheFolder: folder, stderr}: ReportDeps) {
  const {imageReader: makeReader} = await import('../report-images.js');
  return makeReader(folder, message => stderr.write(`${printable(message)}\n`));
}

function assertFacesOfPage({faces, format}: ReportFlags): void {
  if (!faces || format === 'html') return;
  throw new UserError(`--faces needs --format html; received --format ${format}.`, {
    hint: 'Only the page can contain images. Leave --faces out, or write the page.',
  });
}

/**
 * Writes a report and returns what is printed: the path of its file, or the text itself. Markdown goes
 * to stdout by default, a page to a file.
 */
async function written(
  report: Report,
  markdown: string,
  {format, out, runs}: ReportFlags,
): Promise<string> {
  const [only, second] = report.rows.flatMap(({records}) => records);
  if (format === 'html' && out === undefined && second !== undefined) {
    const {saveReport} = await import('../../report/page/save.js');
    return `${printable(path.join(await saveReport(report, runs), 'comparison.html'))}\n`;
  }
  const text = format === 'md' ? markdown : await page(report);
  const file = out ?? (format === 'md' ? '-' : only?.folder.report);
  if (file === undefined || file === '-') return text;
  const {writeOut} = await import('../write-out.js');
  await writeOut(file, text, 'report', out === undefined ? 'replace' : 'follow');
  return `${printable(file)}\n`;
}

/** Loads the chart library only when a page is written. */
async function page(report: Report): Promise<string> {
  const {reportHtml} = await import('../../report/page/page.js');
  return reportHtml(report);
}
