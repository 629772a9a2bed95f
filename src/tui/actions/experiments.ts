import type {TuiController} from '../controller.js';
import {cursorKey, toggled, withList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {visibleExperiments} from '../state/selectors.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {Action} from '../keys/binding.js';
import {goToQueue, listKeys} from './navigation.js';

const MAX_EPOCHS = 10_000;
/** Why nothing starts while the queue stops: it would be cancelled with the rest. */
export const STOPPING = 'The queue is stopping. Start the run when it has stopped.';

function underCursor(snapshot: Snapshot): ListedExperiment | undefined {
  const entries = visibleExperiments(snapshot);
  const key = cursorKey(
    snapshot.state.lists.experiments,
    entries.map(({name}) => name),
  );
  return entries.find(({name}) => name === key);
}

/** The marked experiments in the order of the list; without marks, the experiment under the cursor. */
function chosen(snapshot: Snapshot): readonly ListedExperiment[] {
  const {marked} = snapshot.state.lists.experiments;
  const all = snapshot.experiments.filter(({name}) => marked.has(name));
  const single = underCursor(snapshot);
  return all.length > 0 ? all : single === undefined ? [] : [single];
}

function cannotRun(snapshot: Snapshot): string | undefined {
  if (snapshot.queue.stopping) return STOPPING;
  const experiments = chosen(snapshot);
  if (experiments.length === 0) return 'No experiment is selected.';
  const broken = experiments.find(({parsed}) => parsed === undefined);
  return broken === undefined ? undefined : `${broken.name} is broken: e opens it in your editor.`;
}

function run(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const {epochs} = snapshot.state;
  const set = epochs === undefined ? [] : [`training.epochs=${epochs}`];
  controller.background(async () => {
    const paths = chosen(snapshot).map(({path}) => path);
    const added = await controller.services.addExperiments(paths, set);
    controller.change(state => ({
      ...goToQueue(state, 'experiments'),
      epochs: undefined,
      compared: undefined,
    }));
    controller.notify(added === 1 ? 'One run joins the queue.' : `${added} runs join the queue.`);
    await controller.services.queue.start();
    controller.refreshRuns();
  });
}

function changeEpochs(controller: TuiController, by: 1 | -1): void {
  const snapshot = controller.snapshot.get();
  const inFile = underCursor(snapshot)?.parsed?.variants[0]?.experiment.training.epochs ?? 1;
  controller.change(state => {
    const epochs = Math.max(1, Math.min(MAX_EPOCHS, (state.epochs ?? inFile) + by));
    return {...state, epochs: epochs === inFile ? undefined : epochs};
  });
}

export const experimentActions = {
  mark: {
    act: controller => {
      const {screen} = controller.state;
      const name = screen === 'runs' ? 'runs' : 'experiments';
      const keys = listKeys(controller.snapshot.get(), name);
      const key = cursorKey(controller.state.lists[name], keys);
      if (key !== undefined)
        controller.change(state => withList(state, name, list => toggled(list, key)));
    },
  },
  run: {act: run, cannot: cannotRun},
  edit: {
    act: controller => {
      const entry = underCursor(controller.snapshot.get());
      if (entry !== undefined) controller.edit(entry.path);
    },
    cannot: snapshot =>
      underCursor(snapshot) === undefined ? 'There is no file to edit.' : undefined,
  },
  moreEpochs: {act: controller => changeEpochs(controller, 1)},
  fewerEpochs: {act: controller => changeEpochs(controller, -1)},
} as const satisfies Readonly<Record<string, Action>>;
