import {lookAgain, startTask} from '../loading/load-data.js';
import {askedExperiment} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import type {Action} from '../keys/binding.js';
import {openPrompt} from './open-prompt.js';

function cannotDuringTask(snapshot: Snapshot): string | undefined {
  if (snapshot.data.task !== undefined) return 'The program still works on the data.';
  return askedExperiment(snapshot) === undefined ? 'No experiment is selected.' : undefined;
}

/** The folder of the images of the experiment under the cursor. */
function dataFolder(snapshot: Snapshot): string {
  const root = askedExperiment(snapshot)?.parsed?.variants[0]?.experiment.data.root;
  return snapshot.state.dataFolder ?? root ?? 'data/celeba';
}

export const dataActions = {
  drawSample: {act: controller => startTask(controller, 'sample'), cannot: cannotDuringTask},
  prepare: {act: controller => startTask(controller, 'prepare'), cannot: cannotDuringTask},
  fetch: {
    act: controller => openPrompt(controller, 'fetch', dataFolder(controller.snapshot.get())),
    cannot: cannotDuringTask,
  },
  chooseFolder: {
    act: controller => {
      const {dataFolder: folder} = controller.state;
      openPrompt(controller, 'folder', folder === undefined ? './' : `${folder}/`);
    },
  },
  lookAgain: {act: lookAgain},
} as const satisfies Readonly<Record<string, Action>>;
