import {compareRuns} from '../../src/compare/comparison.js';
import {makeReport, type Report} from '../../src/report/page/report.js';
import {measureRun} from '../../src/compare/run-metrics.js';
import type {ImageReader} from '../../src/report/page/report.js';
import {readRun} from '../../src/runs/run-record.js';
import {temporaryFolder} from './temporary-folder.js';
import {writeRun, type WrittenRun} from './written-runs.js';

/** A report of runs written for a test, as `report` gathers it. */
export async function writtenReport(
  runs: readonly WrittenRun[],
  read?: ImageReader,
): Promise<Report> {
  const folder = temporaryFolder();
  const records = await Promise.all(runs.map(run => readRun(writeRun(folder, run))));
  const measured = await Promise.all(records.map(measureRun));
  const images = read === undefined ? {} : {images: {measured, read}};
  return makeReport(await compareRuns(records), records, {
    now: () => 0,
    version: '1.2.3',
    ...images,
  });
}
