import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {readPredictions} from '../../compare/predictions.js';
import {readRunDefinition} from '../../runs/run-definition.js';
import type {RunRecord} from '../../runs/run-record.js';
import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {placeOf} from '../prompts/folder.js';
import type {Services} from '../services/services.js';
import {curvesRun} from '../state/head-rows.js';
import {undefinedOverlaid} from '../state/overlaid-runs.js';
import {comparedRecords, listedRuns, openedRun, predictedRun} from '../state/selectors.js';
import {orderPredictions} from '../state/shown-images.js';
import {noPredictions, type FolderState, type Snapshot} from '../state/snapshot.js';
import {lookAtData} from './load-data.js';
import {readRunFiles} from './load-run-files.js';

type Follow = (controller: TuiController, snapshot: Snapshot) => Promise<void>;

/** Reads what the screen that is shown needs, and again when its runs go on. */
export function followScreen(controller: TuiController): () => void {
  // Each by itself: what takes long, such as a comparison, keeps no other screen waiting.
  const follows = [
    textsFollower(),
    numbersFollower(),
    predictionsFollower(),
    comparisonFollower(),
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

/** Returns what says whether it gets something else than at its last call. */
function changes(): (...values: readonly unknown[]) => boolean {
  let last: readonly unknown[] = [];
  return (...values) => {
    const isSame = values.length === last.length && values.every((value, at) => value === last[at]);
    last = values;
    return !isSame;
  };
}

type Outcome<T> = {readonly result: T | undefined; readonly error: string | undefined};

/** What work comes to, or why it failed. */
async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return {result: await work, error: undefined};
  } catch (error) {
    return {result: undefined, error: messageOf(error)};
  }
}

function textsFollower(): Follow {
  const isAnother = changes();
  return async (controller, {runs, state}) => {
    if (state.screen !== 'run') return;
    const record = openedRun({runs, state});
    if (record !== undefined && isAnother(record))
      controller.update({files: await readRunFiles(record.folder)});
  };
}

function numbersFollower(): Follow {
  const isAnother = changes();
  return async (controller, {runs, state}) => {
    const showsNumbers = state.runTab === 'heads' || state.runTab === 'predictions';
    if (state.screen !== 'run' || !showsNumbers) return;
    const record = openedRun({runs, state});
    if (record === undefined || !isAnother(record)) return;
    const measured = await outcomeOf(controller.services.measure(record));
    controller.update({measured: {run: record.folder.id, ...measured}});
  };
}

function predictionsFollower(): Follow {
  const isAnother = changes();
  return async (controller, snapshot) => {
    if (snapshot.state.screen !== 'predictions') return;
    const record = predictedRun(snapshot);
    if (record === undefined) return;
    const run = record.folder.id;
    const isRead = run === snapshot.predictions.run && snapshot.predictions.error === undefined;
    // Predictions that were not there may be written when the run goes on.
    if (isRead || !isAnother(record)) return;
    try {
      const {classes} = readRunDefinition(record.folder) ?? {};
      const {rows} = await readPredictions(record.folder.predictions, classes);
      const images = await orderPredictions(rows);
      controller.update({predictions: {run, images, error: undefined}});
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const text = missing ? 'This run has no predictions yet.' : messageOf(error);
      controller.update({predictions: {...noPredictions, run, error: text}});
    }
  };
}

function comparisonFollower(): Follow {
  const areOthers = changes();
  return async (controller, snapshot) => {
    if (snapshot.state.screen !== 'compare') return;
    const records = comparedRecords(snapshot);
    const {metric} = snapshot.state;
    if (!areOthers(metric, ...records)) return;
    const ids = records.map(({folder}) => folder.id);
    // The comparison of the same runs stays while one of them goes on.
    if (ids.join() !== snapshot.comparison.ids.join())
      controller.update({comparison: {ids, result: undefined, error: undefined}});
    if (records.length === 0) return;
    const compared = await outcomeOf(controller.services.compare(records, metric));
    controller.update({comparison: {ids, ...compared}});
  };
}

/** The runs whose definitions the filter of the runs, or the chart of several runs, waits for. */
function withoutDefinitions(snapshot: Snapshot): readonly RunRecord[] {
  const {screen, curves} = snapshot.state;
  if (screen === 'runs') return listedRuns(snapshot).isWaiting ? snapshot.runs : [];
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

/** Lists the folder that is typed into the prompt for the data folder. */
async function followFolder(controller: TuiController, snapshot: Snapshot): Promise<void> {
  const {prompt} = snapshot.state;
  if (prompt?.kind !== 'folder') return;
  const {folder} = placeOf(prompt.text);
  if (snapshot.folder.path !== folder)
    controller.update({folder: await listed(folder, controller.services)});
}

async function listed(folder: string, {foldersIn}: Services): Promise<FolderState> {
  try {
    return {path: folder, names: await foldersIn(folder), fault: undefined};
  } catch (error) {
    const isThere = (place: string): Promise<boolean> =>
      foldersIn(place).then(
        () => true,
        () => false,
      );
    let nearest = path.dirname(folder);
    while (nearest !== path.dirname(nearest) && !(await isThere(nearest)))
      nearest = path.dirname(nearest);
    return {path: folder, names: [], fault: {text: faultText(folder, error), nearest}};
  }
}

function faultText(folder: string, error: unknown): string {
  const {code = String(error)} = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? `There is no folder ${folder}.`
    : `The folder ${folder} cannot be read (${code}).`;
}
