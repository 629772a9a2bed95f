import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {compareRuns} from '../../../src/compare/comparison.js';
import {measureRun} from '../../../src/compare/run-metrics.js';
import {makeReport, type Report} from '../../../src/report/page/report.js';
import type {RunFolder} from '../../../src/runs/run-folder.js';
import {readRun} from '../../../src/runs/run-record.js';
import {right, writeRun} from '../written-runs.js';

/** Places in the folders of the runs below that a person, a file or a library may fill. */
export const REPORT_TEXTS = 80;

const RUNS = 5;
/** Of each run, after those that all share. */
const OWN_TEXTS = 14;

/**
 * The report of some runs that hold these texts wherever they can: three designs, of one of which
 * there are two seeds, and a run that failed.
 *
 * @param text The text for a place, 0 to REPORT_TEXTS - 1.
 */
export async function hostileReport(
  runs: string,
  text: (place: number) => string,
): Promise<Report> {
  rmSync(runs, {recursive: true, force: true});
  mkdirSync(runs);
  const folders = Array.from({length: RUNS}, (_, run) =>
    written(runs, run, text, place => text(REPORT_TEXTS - 1 - run * OWN_TEXTS - place)),
  );
  const records = await Promise.all(folders.map(readRun));
  const measured = await Promise.all(records.map(measureRun));
  return makeReport(await compareRuns(records), records, {
    now: () => 0,
    version: text(0),
    images: {measured, read: () => Promise.resolve('data:image/png;base64,AAAA')},
  });
}

type Text = (place: number) => string;

function written(runs: string, run: number, shared: Text, own: Text): RunFolder {
  const design = Math.max(0, run - 1);
  const last = {type: 'run.failed', message: own(1), hint: own(2), exitCode: 1} as const;
  const folder = writeRun(runs, {
    id: `2026010${run + 1}-000000-x-000${run}`,
    experiment: design === 0 ? shared(4) : own(0),
    file: shared(5),
    heads: {[shared(6)]: right(6 - run, 8), [shared(7)]: right(3 + run, 8)},
    seed: run,
    batch: own(3),
    variant: {[shared(8)]: design === 0 ? shared(2) : own(4)},
    definition: {description: shared(1), model: {kind: shared(2)}, [shared(3)]: design},
    files: Array.from({length: 8}, (_, image) => `${image}${shared(9)}.jpg`),
    inference: {imageMs: 1 + run, batchMs: 9, batchImages: 8},
    ...(run === RUNS - 1 ? {last} : {}),
  });
  writeFileSync(folder.summary, own(5));
  writeFileSync(folder.trainerLog, own(6));
  changeInfo(folder, own);
  changeEvents(folder, own);
  return folder;
}

function changeInfo(folder: RunFolder, own: Text): void {
  const info = JSON.parse(readFileSync(folder.info, 'utf8')) as object;
  const changed = {
    versions: {[own(7)]: own(8)},
    git: {commit: own(9), dirty: true},
    host: {platform: own(10), arch: own(11), cpus: 2, memoryBytes: 1},
    dataRoot: own(12),
    dataFingerprint: own(13),
    configHash: own(3),
    backend: own(9),
  };
  writeFileSync(folder.info, JSON.stringify({...info, ...changed}));
}

/** Texts in what the trainer tells of itself, and a warning before its last word. */
function changeEvents(folder: RunFolder, own: Text): void {
  const lines = readFileSync(folder.events, 'utf8').trim().split('\n');
  const events = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  const warning = {...events[0], type: 'log.written', level: 'warning', message: own(8)};
  const changed = [...events.slice(0, -1), warning, events.at(-1)].map((event, index) => ({
    ...event,
    ...(event?.['type'] === 'run.started' ? {backend: own(10)} : {}),
    ...(event?.['type'] === 'data.loaded' ? {source: own(11)} : {}),
    seq: index + 1,
  }));
  writeFileSync(folder.events, changed.map(event => `${JSON.stringify(event)}\n`).join(''));
}
