import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {comparisonOf} from '../compare/comparison.js';
import {findRunsToCompare} from '../app/find-runs.js';
import {measureRun} from '../compare/run-metrics.js';
import {reportMarkdown} from '../report/page/markdown.js';
import {makeReport, type Report, type ReportOptions} from '../report/page/report.js';
import {saveReport} from '../report/page/save.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {messageOf, UserError} from '../util/user-error.js';
import {writeAtomic} from '../util/write-atomic.js';
import {addStepSummary} from './step-summary.js';
import type {Streams} from '../app/streams.js';
import {mapLimited} from '../util/map-limited.js';

export type ReportFlags = {
  readonly runs: string;
  readonly format: 'html' | 'md';
  readonly out?: string;
  /** Whether the page contains images of mistakes. */
  readonly faces: boolean;
  readonly each: boolean;
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
  const {stdout, stderr} = deps;
  assertFacesOfPage(options);
  const records = await findRunsToCompare(names, options.runs);
  const measured = await mapLimited(records, measureRun);
  const images: Pick<ReportOptions, 'images'> = {};
  if (options.faces) {
    const {imageReader} = await import('./report-images.js');
    const read = imageReader(deps.cacheFolder, message => stderr.write(`${printable(message)}\n`));
    Object.assign(images, {images: {measured, read}});
  }
  const report = await makeReport(comparisonOf(measured, options), records, {...deps, ...images});
  await write(report, options, stdout);
  await addStepSummary(() => reportMarkdown(report), deps.env, deps);
  return 0;
}

function assertFacesOfPage({faces, format}: ReportFlags): void {
  if (!faces || format === 'html') return;
  throw new UserError(`--faces needs --format html; received --format ${format}.`, {
    hint: 'Only the page can contain images. Leave --faces out, or write the page.',
  });
}

/** Markdown goes to stdout by default; a page goes to a file, whose path is printed. */
async function write(
  report: Report,
  {format, out, runs}: ReportFlags,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  const [only, second] = report.rows.flatMap(({records}) => records);
  if (format === 'html' && out === undefined && second !== undefined) {
    const folder = await saveReport(report, runs);
    stdout.write(`${printable(path.join(folder, 'comparison.html'))}\n`);
    return;
  }
  const text = format === 'md' ? reportMarkdown(report) : await page(report);
  const file = out ?? (format === 'md' ? '-' : only?.folder.report);
  stdout.write(
    file === undefined || file === '-'
      ? text
      : `${printable(await writeTo(file, text, out === undefined ? 'replace' : 'follow'))}\n`,
  );
}

/** Loads the chart library only when a page is written. */
async function page(report: Report): Promise<string> {
  const {reportHtml} = await import('../report/page/page.js');
  return reportHtml(report);
}

/** @param links A file that the user named may be a link to the real one: `follow`. */
async function writeTo(file: string, text: string, links: 'replace' | 'follow'): Promise<string> {
  try {
    await mkdir(path.dirname(file), {recursive: true});
    await writeAtomic(file, text, {links});
    return file;
  } catch (error) {
    throw new UserError(`${file}: the report cannot be written: ${messageOf(error)}`, {
      hint: 'Name a writable file with --out FILE.',
      exitCode: 1,
      cause: error,
    });
  }
}
