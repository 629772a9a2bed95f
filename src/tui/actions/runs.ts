import type {TuiController} from '../controller.js';
import type {RunRecord} from '../../runs/run-record.js';
import {hasResult, isEnded} from '../../runs/status.js';
import {startedTogether} from '../../app/find-runs.js';
import {withList} from '../state/lists.js';
import {comparableQueue, heldElsewhere} from '../state/live-items.js';
import type {Snapshot} from '../state/snapshot.js';
import {chosenRuns, openedRun, runUnderCursor} from '../state/selectors.js';
import {bindingsWith} from '../keys/binding.js';
import {writeComparison} from './comparison.js';
import {STOPPING} from './experiments.js';
import {askToDelete, cannotTakeBack, takeBack} from './deleted-runs.js';
import {openPrompt} from '../prompts/prompt-kind.js';
import {runsText} from '../text/run-text.js';
import {goInto, goTo, goToQueue, turnPane, withPredictions} from './navigation.js';
import {commonTags, pinRuns} from '../prompts/notes.js';

function cannotDelete(snapshot: Snapshot): string | undefined {
  return chosenRuns(snapshot).some(({status}) => !isEnded(status))
    ? 'A run in progress cannot be deleted: stop it first.'
    : cannotWithoutRuns(snapshot);
}

function cannotWithoutRuns(snapshot: Snapshot): string | undefined {
  return chosenRuns(snapshot).length === 0 ? 'No run is selected.' : undefined;
}

export function dismiss(controller: TuiController): void {
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
function isOneInterrupted(snapshot: Snapshot): boolean {
  return openOrChosen(snapshot).some(({status}) => isEnded(status) && !hasResult(status));
}

/** Resumes in a process without a terminal, which goes on when the interface is left. */
function resumeQueue(controller: TuiController): void {
  controller.notify('Resuming the latest interrupted queue …');
  controller.background(async () => {
    const resumed = await controller.services.resumeQueue();
    if (resumed === '') {
      controller.notify('No queue was interrupted.');
      return;
    }
    controller.refreshRuns();
    controller.change(state => goToQueue(state, 'runs'));
    controller.notify(`A process without a terminal resumes the queue: ${resumed}.`, 'good');
  });
}

/** A run in a queue that another program works on is shown with its queue. */
function resumeRun(controller: TuiController, snapshot: Snapshot): void {
  const ids = openOrChosen(snapshot).map(({folder}) => folder.id);
  const held = heldElsewhere(snapshot).filter(({run}) => ids.includes(run.id));
  if (held[0] !== undefined) {
    const {key, name} = held[0];
    controller.change(state => withList(goTo(state, 'live'), 'queue', {cursor: key}));
    controller.notify(`${name} is in the queue of another program: p pauses it, x stops it.`);
    return;
  }
  controller.background(async () => {
    // In the order in which they started.
    await controller.services.resumeRuns([...ids].sort());
    controller.change(state => goToQueue(state, 'runs'));
    controller.notify(`Resuming ${runsText(ids.length, 'the run')}.`);
    await controller.services.queue.start();
    controller.refreshRuns();
  });
}

/** Compares the chosen runs and writes the comparison, or the facts of one run, to files. */
function writeRuns(controller: TuiController, snapshot: Snapshot): void {
  const records = chosenRuns(snapshot);
  controller.background(async () => {
    controller.notify(
      records.length === 1 ? 'Writing the run …' : `Comparing ${records.length} runs …`,
    );
    await writeComparison(controller, await controller.services.compare(records));
  });
}

/** Sorts by a fact, the highest first; by the same again in the other order. */
export function sortBy(controller: TuiController, key: string): void {
  controller.change(({sort: {column, descending}}) => ({
    sort: {column: key, descending: column !== key || !descending},
  }));
}

/** Whether comparing is the next step: all runs of the shown queue have ended. */
function isQueueToCompare(snapshot: Snapshot): boolean {
  return snapshot.state.screen === 'live' && comparableQueue(snapshot) !== undefined;
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

/** What keys do on the list of runs, and on one run. */
export const runKeys = bindingsWith({screens: ['runs']}, [
  {
    keys: ['enter'],
    label: 'open',
    help: 'Open the run: curves, metrics of each head, their affinity, summary, definition, predictions, files, log.',
    act: (controller, snapshot) => {
      const record = runUnderCursor(snapshot);
      if (record !== undefined)
        controller.change(state => ({
          ...withPredictions(goInto(state, 'run'), {run: record.folder.id}),
          openRun: record.folder.id,
        }));
    },
    cannot: cannotWithoutRuns,
  },
  {
    keys: ['s'],
    label: 'sort',
    help: 'Choose what to sort by; the same once more reverses the order.',
    act: controller => openPrompt(controller, 'sort'),
  },
  {
    keys: ['S'],
    help: 'Reverse the sort order.',
    act: controller =>
      controller.change(({sort}) => ({sort: {...sort, descending: !sort.descending}})),
  },
  {
    keys: ['c'],
    screens: ['runs', 'live'],
    label: 'compare',
    isLikely: isQueueToCompare,
    help: 'Compare the marked runs, or the runs that started together with this one.',
    act: (controller, snapshot) =>
      controller.change(state => ({
        ...goInto(state, 'compare'),
        compared: comparedRuns(snapshot),
      })),
  },
  {
    isDeliberate: true,
    keys: ['R'],
    screens: ['runs', 'run'],
    label: 'resume',
    isLikely: isOneInterrupted,
    help: 'Resume the marked runs (or this one) from the last checkpoint. Attaches if still training.',
    act: resumeRun,
    cannot: cannotResume,
  },
  {
    isDeliberate: true,
    keys: ['Q'],
    screens: ['experiments', 'live', 'runs'],
    help: 'Resume the latest interrupted queue: its interrupted runs, then its queued ones.',
    act: resumeQueue,
  },
  {
    isDeliberate: true,
    keys: ['d', 'delete'],
    label: 'delete',
    help: 'Move the marked runs (or this one) to the trash. Asks for confirmation.',
    act: (controller, snapshot) => askToDelete(controller, chosenRuns(snapshot)),
    cannot: cannotDelete,
  },
  {
    isDeliberate: true,
    keys: ['u'],
    help: 'Restore the runs that you deleted last.',
    act: takeBack,
    cannot: cannotTakeBack,
  },
  {
    keys: ['t'],
    label: 'tags',
    help: 'Edit the tags of the marked runs (or this one); the filter tag:NAME finds them.',
    act: (controller, snapshot) =>
      openPrompt(controller, 'tags', commonTags(chosenRuns(snapshot)).join(' ')),
    cannot: cannotWithoutRuns,
  },
  {
    keys: ['N'],
    help: 'Write a note on the run under the cursor.',
    act: (controller, snapshot) =>
      openPrompt(controller, 'note', runUnderCursor(snapshot)?.notes.note),
    cannot: cannotWithoutRuns,
  },
  {
    isDeliberate: true,
    keys: ['P'],
    help: 'Pin the marked runs (or this one) above all others, or unpin them.',
    act: pinRuns,
    cannot: cannotWithoutRuns,
  },
  {
    isDeliberate: true,
    keys: ['w'],
    label: 'write',
    help: 'Write the comparison of the marked runs (or the report of this one) as HTML, Markdown, CSV and JSON.',
    act: writeRuns,
    cannot: cannotWithoutRuns,
  },
  {
    keys: ['v'],
    screens: ['runs', 'run'],
    label: 'images',
    help: 'Show the predictions of the run with their images.',
    act: (controller, snapshot) => {
      const {screen, openRun} = snapshot.state;
      const run = screen === 'run' ? openRun : runUnderCursor(snapshot)?.folder.id;
      controller.change(state => withPredictions(goInto(state, 'predictions'), {run}));
    },
    cannot: snapshot =>
      snapshot.state.screen === 'runs' ? cannotWithoutRuns(snapshot) : undefined,
  },
  {
    keys: ['tab', 'right', 'l'],
    screens: ['run'],
    label: 'next page',
    isLikely: () => true,
    help: 'Go to the next page of the run.',
    act: controller => turnPane(controller, 1),
  },
  {
    keys: ['shift-tab', 'left', 'h'],
    screens: ['run'],
    help: 'Go to the previous page of the run.',
    act: controller => turnPane(controller, -1),
  },
]);
