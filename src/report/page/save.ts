import path from 'node:path';
import {makeNewFolder, stamp} from '../../runs/create-run.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readRun, type RunRecord} from '../../runs/run-record.js';
import {mapLimited} from '../../util/map-limited.js';
import {makePlainFolder} from '../../util/safe-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import type {Comparison} from '../../compare/comparison.js';
import {comparisonCsv, comparisonJson, comparisonMarkdown} from '../formats.js';
import {makeReport, type Report, type ReportOptions} from './report.js';

/**
 * Saves a comparison in a folder of `comparisons/`: JSON, CSV (runs, heads, pairs and slices), Markdown and a
 * page.
 *
 * @param runs Folder of the runs.
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
 * Saves a report and its comparison. The page comes last: where the chart library fails, the numbers
 * are saved.
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
  if (comparison.slices.length > 0) await save('slices.csv', comparisonCsv(comparison, 'slices'));
  if (comparison.effects.length > 0)
    await save('effects.csv', comparisonCsv(comparison, 'effects'));
  await save('comparison.md', comparisonMarkdown(comparison));
  await save('comparison.html', await pageOf(report, folder));
  return folder;
}

async function pageOf(report: Report, folder: string): Promise<string> {
  try {
    const {reportHtml} = await import('./page.js');
    return await reportHtml(report);
  } catch (error) {
    throw new UserError(`comparison.html cannot be drawn: ${messageOf(error)}`, {
      hint: `The numbers are in ${folder}. Reinstall celeba-tui if this happens again.`,
      exitCode: 1,
      cause: error,
    });
  }
}

function recordsOf({groups}: Comparison, runs: string): Promise<RunRecord[]> {
  const ids = groups.flatMap(group => group.runs.map(({id}) => id));
  return mapLimited(ids, id => readRun(new RunFolder(path.join(runs, id))));
}

/** Makes a new folder, also for a second comparison within one second. */
async function makeFolder(comparisons: string, name: string): Promise<string> {
  await makePlainFolder(comparisons).catch((error: unknown) => {
    throw new UserError(
      `${comparisons}: the comparison cannot be saved there: ${messageOf(error)}.`,
      {
        hint: 'Replace it with a folder. Links inside the folder of the runs are not followed.',
        exitCode: 1,
        cause: error,
      },
    );
  });
  return makeNewFolder(comparisons, twin => (twin === 0 ? name : `${name}-${twin + 1}`));
}
