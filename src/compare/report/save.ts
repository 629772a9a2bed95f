import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {stamp} from '../../runs/create-run.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readRun, type RunRecord} from '../../runs/run-record.js';
import {writeAtomic} from '../../util/write-atomic.js';
import type {Comparison} from '../comparison.js';
import {comparisonCsv, comparisonJson} from '../format/formats.js';
import {comparisonMarkdown} from '../format/markdown.js';
import {makeReport, type Report, type ReportOptions} from './report.js';

/**
 * Saves a comparison under `comparisons` as JSON, CSV, Markdown and a page.
 *
 * @param runs Folder of the runs; those of the comparison are read from it.
 * @returns    The folder of the comparison.
 */
export async function saveComparison(
  comparison: Comparison,
  runs: string,
  options: ReportOptions,
): Promise<string> {
  return saveReport(await makeReport(comparison, await recordsOf(comparison, runs), options), runs);
}

/** The same of a report that was gathered before. */
export async function saveReport(report: Report, runs: string): Promise<string> {
  const {comparison, written} = report;
  const {reportHtml} = await import('./page.js');
  const contents = {
    json: comparisonJson(comparison),
    csv: comparisonCsv(comparison),
    md: comparisonMarkdown(comparison),
    html: await reportHtml(report),
  };
  const folder = await makeFolder(path.join(runs, 'comparisons'), stamp(new Date(written)));
  for (const [ending, content] of Object.entries(contents))
    await writeAtomic(path.join(folder, `comparison.${ending}`), content);
  return folder;
}

function recordsOf({groups}: Comparison, runs: string): Promise<RunRecord[]> {
  const ids = groups.flatMap(group => group.runs.map(({id}) => id));
  return Promise.all(ids.map(id => readRun(new RunFolder(path.join(runs, id)))));
}

/** Two comparisons of one second do not overwrite each other. */
async function makeFolder(comparisons: string, name: string): Promise<string> {
  await mkdir(comparisons, {recursive: true});
  for (let twin = 1; ; twin++) {
    const folder = path.join(comparisons, twin === 1 ? name : `${name}-${twin}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
