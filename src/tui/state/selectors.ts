import {startedTogether} from '../../app/find-runs.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {AffinityFile} from '../../runs/affinity-file.js';
import {runFacts, sortedRuns} from '../../runs/run-facts.js';
import {isDefinitionRead} from '../../runs/run-definition.js';
import {parseRunFilter} from '../../runs/run-filter.js';
import type {RunRecord} from '../../runs/run-record.js';
import {hasResult} from '../../runs/status.js';
import {remembering} from '../../util/remember.js';
import {runTabs, type RunTab, type SortOrder} from './interface-state.js';
import {chosenItems, passes, underCursor} from './lists.js';
import type {Snapshot} from './snapshot.js';

type Experiments = Pick<Snapshot, 'experiments' | 'state'>;
type Runs = Pick<Snapshot, 'runs' | 'state'>;

const nameOf = ({name}: ListedExperiment): string => name;
const idOf = ({folder}: RunRecord): string => folder.id;

/** The experiments that the filter lets through; the same array while nothing changes. */
export function visibleExperiments({experiments, state}: Experiments): readonly ListedExperiment[] {
  return fittingExperiments(experiments, state.lists.experiments.filter);
}

const fittingExperiments = remembering((all: readonly ListedExperiment[], filter: string) =>
  all.filter(({name, parsed}) => passes(filter, name, parsed?.file.description ?? '')),
);

/** The experiment under the cursor, whose data is shown, too. */
export function experimentUnderCursor(snapshot: Experiments): ListedExperiment | undefined {
  return underCursor(snapshot.state.lists.experiments, visibleExperiments(snapshot), nameOf);
}

/** The marked experiments in the order of the list; without marks, the experiment under the cursor. */
export function chosenExperiments(snapshot: Experiments): readonly ListedExperiment[] {
  const {experiments, state} = snapshot;
  return chosenItems(state.lists.experiments, experiments, visibleExperiments(snapshot), nameOf);
}

/** All runs in an order: a further letter of the filter sorts nothing again. */
const sortedBy = remembering(
  (runs: readonly RunRecord[], {column, descending}: SortOrder): readonly RunRecord[] => {
    const facts = runFacts(runs);
    const fact = facts.find(({key}) => key === column) ?? facts[0];
    return fact === undefined ? runs : sortedRuns(runs, fact, descending);
  },
);

/** The runs that pass the filter, what is wrong with it, and whether it waits for definitions. */
const filtered = remembering(
  (sorted: readonly RunRecord[], filter: string, runs: readonly RunRecord[]) => {
    const {matches, ...rest} = parseRunFilter(filter, runs, isDefinitionRead);
    return {...rest, shown: sorted.filter(matches)};
  },
);

/** The runs in the list, and what their filter says: a frame asks several times, and there may be thousands. */
export function listedRuns({runs, state}: Runs): ReturnType<typeof filtered> {
  return filtered(sortedBy(runs, state.sort), state.lists.runs.filter, runs);
}

/** The runs that the filter lets through, in the chosen order. */
export function visibleRuns(snapshot: Runs): readonly RunRecord[] {
  return listedRuns(snapshot).shown;
}

/** What stands in place of runs where there are none. */
export function withoutRunsText({isReadingRuns}: Snapshot, text: string): string {
  return isReadingRuns ? 'Reading the runs …' : text;
}

/** The run under the cursor in the list of runs. */
export function runUnderCursor(snapshot: Runs): RunRecord | undefined {
  return underCursor(snapshot.state.lists.runs, visibleRuns(snapshot), idOf);
}

/** The marked runs; without marks, the run under the cursor. */
export function chosenRuns(snapshot: Runs): readonly RunRecord[] {
  return chosenItems(snapshot.state.lists.runs, snapshot.runs, visibleRuns(snapshot), idOf);
}

/** The run that is open, unless it was deleted meanwhile. */
export function openedRun({runs, state}: Runs): RunRecord | undefined {
  return runs.find(({folder}) => folder.id === state.openRun);
}

/** The run whose predictions are shown: the chosen one, else the latest that has finished. */
export function predictedRun({runs, state}: Runs): RunRecord | undefined {
  const {run} = state.predictions;
  return run === undefined
    ? runs.find(({status}) => hasResult(status))
    : runs.find(({folder}) => folder.id === run);
}

/** The runs that are compared: the chosen ones, else those that were started together last. */
export function comparedRecords({runs, state: {compared}}: Runs): readonly RunRecord[] {
  if (compared !== undefined)
    return compared.flatMap(id => runs.find(run => idOf(run) === id) ?? []);
  const [latest] = runs;
  return latest?.info === undefined ? [] : startedTogether(latest, runs);
}

type Opened = Pick<Snapshot, 'files' | 'state'>;

/** How the heads of the opened run affect each other; undefined where that was not measured. */
function openedAffinity({files, state}: Opened): AffinityFile | undefined {
  return files.run === state.openRun ? files.affinity : undefined;
}

/** The pages of the opened run; that of the affinity only where it was measured. */
export function shownTabs(opened: Opened): readonly RunTab[] {
  const isMeasured = openedAffinity(opened) !== undefined || opened.state.runTab === 'affinity';
  return runTabs.filter(tab => tab !== 'affinity' || isMeasured);
}

/** The affinity on the page that is open; undefined on other pages. */
export function shownAffinity(opened: Opened): AffinityFile | undefined {
  const {screen, runTab} = opened.state;
  return screen === 'run' && runTab === 'affinity' ? openedAffinity(opened) : undefined;
}
