import type {TuiController} from '../controller.js';
import type {RunRecord} from '../../runs/run-record.js';
import {hasResult, isEnded} from '../../runs/status.js';
import {startedTogether} from '../../app/find-runs.js';
import {comparableQueue} from '../state/live-items.js';
import type {Snapshot} from '../state/snapshot.js';
import {chosenRuns, openedRun, runUnderCursor} from '../state/selectors.js';
import type {Action} from '../keys/binding.js';
import {writeComparison} from './write-comparison.js';
import {STOPPING} from './experiments.js';
import {askToDelete, cannotTakeBack, takeBack} from './deleted-runs.js';
import {openPrompt} from './open-prompt.js';
import {goInto, goToQueue} from './navigation.js';
import {commonTags, pinRuns} from './run-notes.js';

function cannotDelete(snapshot: Snapshot): string | undefined {
  return chosenRuns(snapshot).some(({status}) => !isEnded(status))
    ? 'A run in progress cannot be deleted: stop it first.'
    : cannotWithoutRuns(snapshot);
}

function cannotWithoutRuns(snapshot: Snapshot): string | undefined {
  return chosenRuns(snapshot).length === 0 ? 'No run is selected.' : undefined;
}

function dismiss(controller: TuiController): void {
  controller.background(async () => {
    const dismissed = await controller.services.dismissInterrupted();
    controller.notify(
      dismissed === ''
        ? 'No run was interrupted.'
        : `Dismissed: ${dismissed}. R on a run still resumes it.`,
    );
  });
}

/** The open run, else the runs chosen in the list. */
function openOrChosen(snapshot: Snapshot): readonly RunRecord[] {
  if (snapshot.state.screen !== 'run') return chosenRuns(snapshot);
  const open = openedRun(snapshot);
  return open === undefined ? [] : [open];
}

function cannotResume(snapshot: Snapshot): string | undefined {
  if (snapshot.queue.stopping) return STOPPING;
  const records = openOrChosen(snapshot);
  const isUnderWay = ({folder}: RunRecord): boolean =>
    snapshot.queue.items.some(item => item.folder === folder.path && !isEnded(item.run.status));
  if (records.some(({status, info}) => hasResult(status) || info === undefined))
    return 'Only a run that did not finish can be resumed.';
  if (records.some(isUnderWay)) return 'The run is already in the queue.';
  return records.length === 0 ? 'No run is selected.' : undefined;
}

/** Whether the run under the cursor, or one of the marked runs, ended before its result. */
export function isOneInterrupted(snapshot: Snapshot): boolean {
  return openOrChosen(snapshot).some(({status}) => isEnded(status) && !hasResult(status));
}

/** Resumes in a process without a terminal, which goes on when the interface is left. */
function resumeQueue(controller: TuiController): void {
  controller.background(async () => {
    const resumed = await controller.services.resumeQueue();
    if (resumed === '') {
      controller.notify('No queue was interrupted.');
      return;
    }
    controller.change(state => goToQueue(state, 'runs'));
    controller.notify(`Resuming the queue: ${resumed}.`);
  });
}

function resumeRun(controller: TuiController): void {
  const ids = openOrChosen(controller.snapshot.get()).map(({folder}) => folder.id);
  controller.background(async () => {
    // In the order in which they started.
    await controller.services.resumeRuns([...ids].sort());
    controller.change(state => goToQueue(state, 'runs'));
    controller.notify(ids.length === 1 ? 'Resuming the run.' : `Resuming ${ids.length} runs.`);
    await controller.services.queue.start();
    controller.refreshRuns();
  });
}

/** Compares the chosen runs and writes the comparison, or the facts of one run, to files. */
function writeRuns(controller: TuiController): void {
  const records = chosenRuns(controller.snapshot.get());
  controller.background(async () => {
    controller.notify(
      records.length === 1 ? 'Writing the run …' : `Comparing ${records.length} runs …`,
    );
    await writeComparison(controller, await controller.services.compare(records));
  });
}

/** Sorts by a fact, the highest first; by the same again in the other order. */
export function sortBy(controller: TuiController, key: string): void {
  controller.change(state => {
    const {column, descending} = state.sort;
    return {...state, sort: {column: key, descending: column === key ? !descending : true}};
  });
}

/** The runs of the shown queue; the marked runs; else those that started together with the run under the cursor. */
function comparedRuns(snapshot: Snapshot): readonly string[] | undefined {
  const {state, runs} = snapshot;
  if (state.screen === 'live') return comparableQueue(snapshot);
  if (state.screen !== 'runs') return undefined;
  if (state.lists.runs.marked.size > 0) return chosenRuns(snapshot).map(({folder}) => folder.id);
  const current = runUnderCursor(snapshot);
  return current && startedTogether(current, runs).map(({folder}) => folder.id);
}

export const runActions = {
  open: {
    act: controller => {
      const record = runUnderCursor(controller.snapshot.get());
      if (record !== undefined)
        controller.change(state => ({
          ...goInto(state, 'run'),
          openRun: record.folder.id,
          predictions: {...state.predictions, run: record.folder.id, index: 0},
        }));
    },
    cannot: cannotWithoutRuns,
  },
  sort: {act: controller => openPrompt(controller, 'sort')},
  reverse: {
    act: controller =>
      controller.change(state => ({
        ...state,
        sort: {...state.sort, descending: !state.sort.descending},
      })),
  },
  tags: {
    act: controller =>
      openPrompt(controller, 'tags', commonTags(chosenRuns(controller.snapshot.get())).join(' ')),
    cannot: cannotWithoutRuns,
  },
  note: {
    act: controller =>
      openPrompt(controller, 'note', runUnderCursor(controller.snapshot.get())?.notes.note),
    cannot: cannotWithoutRuns,
  },
  pin: {act: pinRuns, cannot: cannotWithoutRuns},
  resume: {act: resumeRun, cannot: cannotResume},
  resumeQueue: {act: resumeQueue},
  delete: {
    act: controller => askToDelete(controller, chosenRuns(controller.snapshot.get())),
    cannot: cannotDelete,
  },
  takeBack: {act: takeBack, cannot: cannotTakeBack},
  dismiss: {act: dismiss},
  write: {act: writeRuns, cannot: cannotWithoutRuns},
  compare: {
    act: controller => {
      const compared = comparedRuns(controller.snapshot.get());
      controller.change(state => ({...goInto(state, 'compare'), compared}));
    },
  },
  predictions: {
    act: controller => {
      const snapshot = controller.snapshot.get();
      const run =
        snapshot.state.screen === 'run'
          ? snapshot.state.openRun
          : runUnderCursor(snapshot)?.folder.id;
      controller.change(state => ({
        ...goInto(state, 'predictions'),
        predictions: {...state.predictions, run, index: 0},
      }));
    },
    cannot: snapshot =>
      snapshot.state.screen === 'runs' ? cannotWithoutRuns(snapshot) : undefined,
  },
} as const satisfies Readonly<Record<string, Action>>;
