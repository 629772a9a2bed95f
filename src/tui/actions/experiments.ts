import type {TuiController} from '../controller.js';
import {cursorKey, toggled, withList} from '../state/lists.js';
import {joinedQueue} from '../state/live-items.js';
import {chosenExperiments, experimentUnderCursor, startChanges} from '../state/next-start.js';
import type {Snapshot} from '../state/snapshot.js';
import {bindingsOn} from '../keys/binding.js';
import {askWhereToFetch, chooseFolder} from './data.js';
import {goToQueue, listKeys} from './navigation.js';
import {openPrompt} from './prompts.js';

const MAX_EPOCHS = 10_000;
const EPOCHS = 'training.epochs';
/** Why nothing starts while the queue stops: it would be cancelled with the rest. */
export const STOPPING = 'The queue is stopping. Start the run when it has stopped.';

function cannotRun(snapshot: Snapshot): string | undefined {
  return snapshot.queue.stopping ? STOPPING : cannotChange(snapshot);
}

function cannotChange(snapshot: Snapshot): string | undefined {
  const experiments = chosenExperiments(snapshot);
  if (experiments.length === 0) return 'No experiment is selected.';
  const broken = experiments.find(({parsed}) => parsed === undefined);
  return broken === undefined ? undefined : `${broken.name} is broken: e opens it in your editor.`;
}

/** Starts the chosen experiments; offers to get the data where one of them lacks it. */
function run(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
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
  const changes = startChanges(controller.state);
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
    if (elsewhere === undefined) await controller.services.queue.start();
    controller.refreshRuns();
  });
}

function changeEpochs(controller: TuiController, by: 1 | -1): void {
  const snapshot = controller.snapshot.get();
  const {parsed} = experimentUnderCursor(snapshot) ?? {};
  const inFile = parsed?.variants[0]?.experiment.training.epochs ?? 1;
  controller.change(state => {
    const {[EPOCHS]: changed, ...rest} = state.nextStart;
    const epochs = Math.max(1, Math.min(MAX_EPOCHS, Number(changed ?? inFile) + by));
    return {...state, nextStart: epochs === inFile ? rest : {...rest, [EPOCHS]: String(epochs)}};
  });
}

/** What keys do on the list of experiments. */
export const experimentKeys = bindingsOn(
  ['experiments'],
  [
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
      act: controller => {
        const {screen} = controller.state;
        const name = screen === 'runs' ? 'runs' : 'experiments';
        const keys = listKeys(controller.snapshot.get(), name);
        const key = cursorKey(controller.state.lists[name], keys);
        if (key !== undefined)
          controller.change(state => withList(state, name, list => toggled(list, key)));
      },
    },
    {
      isDeliberate: true,
      keys: ['e'],
      label: 'edit',
      help: 'Edit the file in $EDITOR; the program validates it afterwards.',
      act: controller => {
        const entry = experimentUnderCursor(controller.snapshot.get());
        if (entry !== undefined) controller.edit(entry.path);
      },
      cannot: snapshot =>
        experimentUnderCursor(snapshot) === undefined ? 'There is no file to edit.' : undefined,
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
  ],
);
