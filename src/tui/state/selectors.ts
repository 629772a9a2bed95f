import {startedTogether} from '../../app/find-runs.js';
import type {ListedExperiment} from '../../experiment/load.js';
import {runFacts, sortedRuns} from '../../runs/run-facts.js';
import {isDefinitionRead} from '../../runs/run-definition.js';
import {parseRunFilter} from '../../runs/run-filter.js';
import type {RunRecord} from '../../runs/run-record.js';
import {hasResult} from '../../runs/status.js';
import type {InterfaceState} from './interface-state.js';
import {cursorKey, passes} from './lists.js';
import type {Snapshot} from './snapshot.js';

type Filtered = {readonly filter: string; readonly shown: readonly ListedExperiment[]};

/** A table measures its texts again when it gets another array. */
const filtered = new WeakMap<readonly ListedExperiment[], Filtered>();

/** The experiments that the filter lets through; the same array while nothing changes. */
export function visibleExperiments({
  experiments,
  state,
}: Pick<Snapshot, 'experiments' | 'state'>): readonly ListedExperiment[] {
  const {filter} = state.lists.experiments;
  const last = filtered.get(experiments);
  if (last?.filter === filter) return last.shown;
  const shown = experiments.filter(({name, parsed}) =>
    passes(filter, name, parsed?.file.description ?? ''),
  );
  filtered.set(experiments, {filter, shown});
  return shown;
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
  /** All runs: a further letter of the filter sorts nothing again. */
  readonly sorted: readonly RunRecord[];
  readonly shown: readonly RunRecord[];
  readonly problems: readonly string[];
  readonly isWaiting: boolean;
};

/** A frame asks several times, and a folder may hold thousands of runs. */
const orders = new WeakMap<readonly RunRecord[], Order>();

function orderOf({runs, state}: Pick<Snapshot, 'runs' | 'state'>): Order {
  const {sort, lists} = state;
  const {filter} = lists.runs;
  const last = orders.get(runs);
  if (last?.filter === filter && last.sort === sort) return last;
  const {matches, ...told} = parseRunFilter(filter, runs, isDefinitionRead);
  const sorted = last?.sort === sort ? last.sorted : sortedBy(sort, runs);
  const order = {filter, sort, sorted, shown: sorted.filter(matches), ...told};
  orders.set(runs, order);
  return order;
}

function sortedBy(
  {column, descending}: InterfaceState['sort'],
  runs: readonly RunRecord[],
): readonly RunRecord[] {
  const facts = runFacts(runs);
  const fact = facts.find(({key}) => key === column) ?? facts[0];
  return fact === undefined ? runs : sortedRuns(runs, fact, descending);
}

/** The runs that the filter lets through, in the chosen order. */
export function visibleRuns(snapshot: Pick<Snapshot, 'runs' | 'state'>): readonly RunRecord[] {
  return orderOf(snapshot).shown;
}

/** What stands in place of runs where there are none. */
export function withoutRunsText({isReadingRuns}: Snapshot, text: string): string {
  return isReadingRuns ? 'Reading the runs …' : text;
}

/** The run under the cursor in the list of runs. */
export function runUnderCursor(snapshot: Snapshot): RunRecord | undefined {
  const shown = visibleRuns(snapshot);
  const key = cursorKey(
    snapshot.state.lists.runs,
    shown.map(({folder}) => folder.id),
  );
  return shown.find(({folder}) => folder.id === key);
}

/** The marked runs; without marks, the run under the cursor. */
export function chosenRuns(snapshot: Snapshot): readonly RunRecord[] {
  const {marked} = snapshot.state.lists.runs;
  const all = snapshot.runs.filter(({folder}) => marked.has(folder.id));
  const single = runUnderCursor(snapshot);
  return all.length > 0 ? all : single === undefined ? [] : [single];
}

/** What is wrong with the filter of the runs. */
export function filterProblems(snapshot: Pick<Snapshot, 'runs' | 'state'>): readonly string[] {
  return orderOf(snapshot).problems;
}

/** Whether the filter of the runs waits for their definitions. */
export function needsDefinitions(snapshot: Pick<Snapshot, 'runs' | 'state'>): boolean {
  return orderOf(snapshot).isWaiting;
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
