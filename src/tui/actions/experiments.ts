import path from 'node:path';
import type {TuiController} from '../controller.js';
import {isFailed} from '../../runs/status.js';
import type {InterfaceState} from '../state/interface-state.js';
import {clamped, cursorIndex, toggled, withList} from '../state/lists.js';
import {joinedQueue} from '../state/live-items.js';
import {startChanges} from '../state/next-start.js';
import {chosenExperiments, experimentUnderCursor} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {bindingsWith} from '../keys/binding.js';
import {askWhereToFetch, chooseFolder} from './data.js';
import {goToQueue, listKeys} from './navigation.js';
import {openPrompt} from '../prompts/prompt-kind.js';

const MAX_EPOCHS = 10_000;
const EPOCHS = 'training.epochs';
/** Why nothing starts while the queue stops: it would be cancelled with the rest. */
export const STOPPING = 'The queue is stopping. Start the run when it has stopped.';

function cannotRun(snapshot: Snapshot): string | undefined {
  return snapshot.queue.stopping ? STOPPING : cannotChange(snapshot);
}

function cannotWithoutFile(snapshot: Snapshot): string | undefined {
  return experimentUnderCursor(snapshot) === undefined ? 'No experiment is selected.' : undefined;
}

function cannotChange(snapshot: Snapshot): string | undefined {
  const experiments = chosenExperiments(snapshot);
  if (experiments.length === 0) return 'No experiment is selected.';
  const broken = experiments.find(({parsed}) => parsed === undefined);
  return broken === undefined ? undefined : `${broken.name} is broken: e opens it in your editor.`;
}

/** Starts the chosen experiments; offers to get the data where one of them lacks it. */
function run(controller: TuiController, snapshot: Snapshot): void {
  const experiments = chosenExperiments(snapshot);
  const empty = experiments.find(({name}) => snapshot.dataProblems.get(name) !== undefined);
  if (empty === undefined) {
    start(
      controller,
      experiments.map(({path}) => path),
    );
    return;
  }
  controller.ask({
    text: `${empty.name} cannot run: ${snapshot.dataProblems.get(empty.name)?.text ?? ''}`,
    choices: [
      {key: 'o', label: 'choose a folder', act: () => chooseFolder(controller)},
      {key: 'f', label: 'fetch it', act: () => askWhereToFetch(controller)},
      {key: 'n', label: 'not now', act: () => {}},
    ],
  });
}

function start(controller: TuiController, paths: readonly string[]): void {
  const {nextStart} = controller.state;
  const changes = startChanges(controller.state);
  const {queue} = controller.services;
  const before = new Set(queue.state.get().items.map(({key}) => key));
  controller.background(async () => {
    const elsewhere = joinedQueue(controller.snapshot.get());
    const added = await controller.services.addExperiments(paths, changes, elsewhere);
    controller.change(state => ({
      ...goToQueue(state, 'experiments'),
      nextStart: {},
      compared: undefined,
    }));
    const where = elsewhere === undefined ? 'the queue' : 'the queue that another program works on';
    controller.notify(added === 1 ? `One run joins ${where}.` : `${added} runs join ${where}.`);
    if (elsewhere !== undefined) {
      controller.refreshRuns();
      return;
    }
    try {
      await queue.start();
    } finally {
      const runs = queue.state.get().items.filter(({key}) => !before.has(key));
      if (runs.every(({run}) => isFailed(run.status) || run.status === 'queued'))
        keepValues(controller, nextStart);
      controller.refreshRuns();
    }
  });
}

/** After a start that failed: its values are there for the next one, unless others are set. */
function keepValues(controller: TuiController, before: InterfaceState['nextStart']): void {
  controller.change(({nextStart}) => ({
    nextStart: Object.keys(nextStart).length > 0 ? nextStart : before,
  }));
}

function changeEpochs(controller: TuiController, by: 1 | -1): void {
  const snapshot = controller.snapshot.get();
  const {parsed} = experimentUnderCursor(snapshot) ?? {};
  const inFile = parsed?.variants[0]?.experiment.training.epochs ?? 1;
  controller.change(({nextStart: {[EPOCHS]: changed, ...rest}}) => {
    const epochs = clamped(Number(changed ?? inFile) + by, 1, MAX_EPOCHS);
    return {nextStart: epochs === inFile ? rest : {...rest, [EPOCHS]: String(epochs)}};
  });
}

/** Marks rows of the list of experiments or runs, or unmarks them. @param all Not only the row under the cursor. */
function mark(controller: TuiController, all: boolean): void {
  const name = controller.state.screen === 'runs' ? 'runs' : 'experiments';
  const list = controller.state.lists[name];
  const keys = listKeys(controller.snapshot.get(), name);
  const cursor = cursorIndex(list, keys);
  const changed = all ? keys : keys.slice(cursor, cursor + 1);
  controller.change(state => withList(state, name, toggled(list, changed)));
}

/** What keys do on the list of experiments. */
export const experimentKeys = bindingsWith({screens: ['experiments']}, [
  {
    isDeliberate: true,
    keys: ['enter', 'r'],
    label: 'run',
    help: 'Run the marked experiments (or this one) one after another. They join the queue if a run is in progress.',
    act: run,
    cannot: cannotRun,
  },
  {
    keys: ['space'],
    screens: ['experiments', 'runs'],
    label: 'mark',
    help: 'Mark or unmark this row.',
    act: controller => mark(controller, false),
  },
  {
    keys: ['a'],
    screens: ['experiments', 'runs'],
    help: 'Mark all rows that the filter shows, or unmark them.',
    act: controller => mark(controller, true),
  },
  {
    isDeliberate: true,
    keys: ['e'],
    label: 'edit',
    help: 'Edit the file in $EDITOR; the program validates it afterwards.',
    act: (controller, snapshot) => {
      const entry = experimentUnderCursor(snapshot);
      if (entry !== undefined) controller.edit(entry.path);
    },
    cannot: cannotWithoutFile,
  },
  {
    keys: ['c'],
    help: 'Copy the experiment to a file of another name.',
    act: (controller, snapshot) => {
      const entry = experimentUnderCursor(snapshot);
      openPrompt(controller, 'copy', `${path.basename(entry?.name ?? '')}-copy`);
    },
    cannot: cannotWithoutFile,
  },
  {
    keys: ['s'],
    label: 'set',
    help: 'Set any key for the next start: seed, repeat, epochs, ... The file does not change.',
    act: controller => openPrompt(controller, 'settings'),
    cannot: cannotChange,
  },
  {
    keys: ['+', '='],
    help: 'Train one more epoch in the next run; the file does not change.',
    act: controller => changeEpochs(controller, 1),
    cannot: cannotChange,
  },
  {
    keys: ['-'],
    help: 'Train one epoch less in the next run.',
    act: controller => changeEpochs(controller, -1),
    cannot: cannotChange,
  },
]);
