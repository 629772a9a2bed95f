import {setImmediate as nextTurn} from 'node:timers/promises';
import {readPredictions} from '../../compare/predictions.js';
import type {Metric} from '../../experiment/metrics.js';
import {readRunDefinition} from '../../runs/run-definition.js';
import type {RunRecord} from '../../runs/run-record.js';
import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {curvesRun} from '../state/head-rows.js';
import type {RunTab} from '../state/interface-state.js';
import {undefinedOverlaid} from '../state/overlaid-runs.js';
import {comparedRecords, needsDefinitions, openedRun, predictedRun} from '../state/selectors.js';
import {noPredictions, type Snapshot} from '../state/snapshot.js';
import {lookAtData} from './load-data.js';
import {followFolder} from './load-folder.js';
import {readRunFiles} from './load-run-files.js';
import {orderPredictions} from './order-predictions.js';

/** Reads what the screen that is shown needs, and again when its runs go on. */
export function followScreen(controller: TuiController): () => void {
  // Each by itself: what takes long, such as a comparison, keeps no other screen waiting.
  const follows = [
    followTexts,
    followNumbers,
    followPredictions,
    followComparison,
    followFolder,
    followDefinitions,
  ].map(follow => onceAtATime(() => follow(controller, controller.snapshot.get())));
  const followData = (): void => {
    if (controller.state.screen === 'data') lookAtData(controller);
  };
  const stops = [...follows, followData].map(follow => {
    follow();
    return controller.snapshot.subscribe(follow);
  });
  return () => stops.forEach(stop => stop());
}

/** A change while it works makes it work once more afterwards. */
function onceAtATime(work: () => Promise<void>): () => void {
  let working = false;
  let again = false;
  const start = (): void => {
    if (working) {
      again = true;
      return;
    }
    working = true;
    void work().finally(() => {
      working = false;
      if (again) {
        again = false;
        start();
      }
    });
  };
  return start;
}

const filesOf = new WeakMap<TuiController, RunRecord>();

async function followTexts(controller: TuiController, {runs, state}: Snapshot): Promise<void> {
  if (state.screen !== 'run') return;
  const record = openedRun({runs, state});
  if (record === undefined || filesOf.get(controller) === record) return;
  filesOf.set(controller, record);
  controller.update({files: await readRunFiles(record.folder)});
}

async function followPredictions(controller: TuiController, snapshot: Snapshot): Promise<void> {
  if (snapshot.state.screen !== 'predictions') return;
  const record = predictedRun(snapshot);
  const run = record?.folder.id;
  if (record === undefined || run === snapshot.predictions.run) return;
  try {
    const {rows} = await readPredictions(
      record.folder.predictions,
      readRunDefinition(record.folder)?.classes,
    );
    controller.update({predictions: {run, images: await orderPredictions(rows), error: undefined}});
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const text = missing ? 'This run has no predictions yet.' : messageOf(error);
    controller.update({predictions: {...noPredictions, run, error: text}});
  }
}

const comparedBy = new WeakMap<
  TuiController,
  {readonly records: readonly RunRecord[]; readonly metric: Metric | undefined}
>();

async function followComparison(controller: TuiController, snapshot: Snapshot): Promise<void> {
  if (snapshot.state.screen !== 'compare') return;
  const records = comparedRecords(snapshot);
  const before = comparedBy.get(controller);
  const {metric} = snapshot.state;
  const same =
    before !== undefined &&
    before.metric === metric &&
    before.records.length === records.length &&
    before.records.every((record, at) => record === records[at]);
  if (same) return;
  comparedBy.set(controller, {records, metric});
  const ids = records.map(({folder}) => folder.id);
  // The comparison of the same runs stays while one of them goes on.
  if (ids.join() !== snapshot.comparison.ids.join())
    controller.update({comparison: {ids, result: undefined, error: undefined}});
  try {
    const result =
      records.length === 0 ? undefined : await controller.services.compare(records, metric);
    controller.update({comparison: {ids, result, error: undefined}});
  } catch (error) {
    controller.update({comparison: {ids, result: undefined, error: messageOf(error)}});
  }
}

/** The runs whose definitions the filter of the runs, or the chart of several runs, waits for. */
function withoutDefinitions(snapshot: Snapshot): readonly RunRecord[] {
  const {screen, curves} = snapshot.state;
  if (screen === 'runs') return needsDefinitions(snapshot) ? snapshot.runs : [];
  const run = curves === 'runs' ? curvesRun(snapshot) : undefined;
  return run === undefined ? [] : undefinedOverlaid(snapshot, run);
}

/** Reads definitions of runs; keys are answered between them. */
async function followDefinitions(controller: TuiController, snapshot: Snapshot): Promise<void> {
  const records = withoutDefinitions(snapshot);
  if (records.length === 0) return;
  for (const {folder} of records) {
    readRunDefinition(folder);
    await nextTurn();
  }
  // The same runs in another array: what follows from them is computed again.
  controller.update({runs: [...controller.snapshot.get().runs]});
}

const measuredBy = new WeakMap<TuiController, RunRecord>();

async function followNumbers(controller: TuiController, {runs, state}: Snapshot): Promise<void> {
  if (state.screen !== 'run' || !showsNumbers.has(state.runTab)) return;
  const record = openedRun({runs, state});
  if (record === undefined || measuredBy.get(controller) === record) return;
  measuredBy.set(controller, record);
  const run = record.folder.id;
  try {
    controller.update({
      measured: {run, result: await controller.services.measure(record), error: undefined},
    });
  } catch (error) {
    controller.update({measured: {run, result: undefined, error: messageOf(error)}});
  }
}

const showsNumbers: ReadonlySet<RunTab> = new Set(['heads', 'predictions']);
