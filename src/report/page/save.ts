import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {stamp} from '../../runs/create-run.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readRun, type RunRecord} from '../../runs/run-record.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {makePlainFolder} from '../../util/safe-file.js';
import {writeAtomic} from '../../util/write-atomic.js';
import type {Comparison} from '../../compare/comparison.js';
import {comparisonCsv} from '../tables/csv.js';
import {comparisonJson} from '../tables/json.js';
import {comparisonMarkdown} from '../tables/markdown.js';
import {makeReport, type Report, type ReportOptions} from './report.js';
import {mapLimited} from '../../util/map-limited.js';

/**
 * Saves a comparison under `comparisons` as JSON, as CSV (of runs, heads and pairs), as Markdown and
 * as a page.
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

/**
 * The same of a report that was gathered before. The page comes last: it is drawn by much that is
 * not ours, and where that fails the numbers are there.
 */
export async function saveReport(report: Report, runs: string): Promise<string> {
  const {comparison, written} = report;
  const folder = await makeFolder(path.join(runs, 'comparisons'), stamp(new Date(written)));
  const save = (name: string, content: string): Promise<void> =>
    writeAtomic(path.join(folder, name), content);
  await save('comparison.json', comparisonJson(comparison));
  await save('comparison.csv', comparisonCsv(comparison));
  await save('heads.csv', comparisonCsv(comparison, 'heads'));
  await save('pairs.csv', comparisonCsv(comparison, 'pairs'));
  await save('comparison.md', comparisonMarkdown(comparison));
  await save('comparison.html', await drawn(report, folder));
  return folder;
}

async function drawn(report: Report, folder: string): Promise<string> {
  try {
    const {reportHtml} = await import('./page.js');
    return await reportHtml(report);
  } catch (error) {
    throw new UserError(`The page could not be drawn: ${messageOf(error)}`, {
      hint: `The numbers are in ${folder}. Where nothing else helps, install celeba-tui anew.`,
      exitCode: 1,
      cause: error,
    });
  }
}

function recordsOf({groups}: Comparison, runs: string): Promise<RunRecord[]> {
  const ids = groups.flatMap(group => group.runs.map(({id}) => id));
  return mapLimited(ids, id => readRun(new RunFolder(path.join(runs, id))));
}

/** Two comparisons of one second do not overwrite each other. */
async function makeFolder(comparisons: string, name: string): Promise<string> {
  await makePlainFolder(comparisons).catch((error: unknown) => {
    throw new UserError(
      `${comparisons}: the comparison is not written there: ${messageOf(error)}.`,
      {
        hint: 'Put a folder there; no link inside the folder of the runs is followed.',
        exitCode: 1,
        cause: error,
      },
    );
  });
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
