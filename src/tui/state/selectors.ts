import {startedTogether} from '../../app/find-runs.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {RunRecord} from '../../runs/run-record.js';
import {headAccuracies, trainingSeconds, type RunState} from '../../runs/run-state.js';
import {hasResult} from '../../runs/status.js';
import type {InterfaceState} from './interface-state.js';
import {cursorKey, passes} from './lists.js';
import type {ImagePrediction, Snapshot} from './snapshot.js';

/** The experiments that the filter lets through. */
export function visibleExperiments({
  experiments,
  state,
}: Pick<Snapshot, 'experiments' | 'state'>): readonly ListedExperiment[] {
  const {filter} = state.lists.experiments;
  return experiments.filter(({name, parsed}) =>
    passes(filter, name, parsed?.file.description ?? ''),
  );
}

/** The experiment whose data is shown: the one under the cursor. */
export function askedExperiment({experiments, state}: Snapshot): ListedExperiment | undefined {
  const key = cursorKey(
    state.lists.experiments,
    experiments.map(({name}) => name),
  );
  return experiments.find(({name}) => name === key);
}

type Order = {
  readonly filter: string;
  readonly sort: InterfaceState['sort'];
  readonly shown: readonly RunRecord[];
};

/** A frame asks several times, and a folder may hold thousands of runs. */
const orders = new WeakMap<readonly RunRecord[], Order>();

/** The runs that the filter lets through, in the chosen order. */
export function visibleRuns({runs, state}: Pick<Snapshot, 'runs' | 'state'>): readonly RunRecord[] {
  const {sort, lists} = state;
  const {filter} = lists.runs;
  const last = orders.get(runs);
  if (last?.filter === filter && last.sort === sort) return last.shown;
  const shown = runs
    .filter(({folder, state: run, status}) => passes(filter, folder.id, run.experiment, status))
    .map(record => ({record, value: sortValue(record, sort.column)}))
    .sort((a, b) => compareValues(a.value, b.value) * (sort.descending ? -1 : 1))
    .map(({record}) => record);
  orders.set(runs, {filter, sort, shown});
  return shown;
}

function sortValue(
  {folder, state, status}: RunRecord,
  column: InterfaceState['sort']['column'],
): string | number {
  switch (column) {
    case 'started':
      return folder.id;
    case 'experiment':
      return state.experiment;
    case 'status':
      return status;
    case 'accuracy':
      return meanAccuracy(state);
    case 'time':
      return trainingSeconds(state);
    default:
      return column satisfies never;
  }
}

/** Unknown values sort below all others. */
function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return (Number.isNaN(a) ? -Infinity : a) - (Number.isNaN(b) ? -Infinity : b);
  }
  return String(a).localeCompare(String(b), 'en');
}

/** Mean validation accuracy over the heads, for sorting; NaN where there is none. */
function meanAccuracy(run: RunState): number {
  const values = headAccuracies(run).map(({accuracy}) => accuracy);
  return values.reduce((sum, accuracy) => sum + accuracy, 0) / values.length;
}

/** The run that is open, unless it was deleted meanwhile. */
export function openedRun({runs, state}: Pick<Snapshot, 'runs' | 'state'>): RunRecord | undefined {
  return runs.find(({folder}) => folder.id === state.openRun);
}

/** The run whose predictions are shown: the chosen one, else the latest that has finished. */
export function predictedRun({
  runs,
  state,
}: Pick<Snapshot, 'runs' | 'state'>): RunRecord | undefined {
  const {run} = state.predictions;
  return run === undefined
    ? runs.find(({status}) => hasResult(status))
    : runs.find(({folder}) => folder.id === run);
}

/** The runs that are compared: the chosen ones, else those that were started together last. */
export function comparedRecords({
  runs,
  state,
}: Pick<Snapshot, 'runs' | 'state'>): readonly RunRecord[] {
  const {compared} = state;
  if (compared !== undefined) {
    return compared.flatMap(id => runs.find(({folder}) => folder.id === id) ?? []);
  }
  const [latest] = runs;
  return latest?.info === undefined ? [] : startedTogether(latest, runs);
}

/** The images that are shown: all, or only those with mistakes. */
export function shownImages({
  predictions: {images, mistaken},
  state,
}: Pick<Snapshot, 'predictions' | 'state'>): readonly ImagePrediction[] {
  return state.predictions.mistakesOnly ? mistaken : images;
}
