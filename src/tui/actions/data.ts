import type {TuiController} from '../controller.js';
import {lookAgain, startTask} from '../loading/load-data.js';
import {experimentUnderCursor} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {bindingsWith} from '../keys/binding.js';
import {openPrompt} from '../prompts/prompt-kind.js';

function cannotDuringTask(snapshot: Snapshot): string | undefined {
  if (snapshot.data.task !== undefined) return 'The program still works on the data.';
  return experimentUnderCursor(snapshot) === undefined ? 'No experiment is selected.' : undefined;
}

/** The folder of the images of the experiment under the cursor. */
function dataFolder(snapshot: Snapshot): string {
  const root = experimentUnderCursor(snapshot)?.parsed?.variants[0]?.experiment.data.root;
  return snapshot.state.dataFolder ?? root ?? 'data/celeba';
}

export function askWhereToFetch(controller: TuiController): void {
  openPrompt(controller, 'fetch', dataFolder(controller.snapshot.get()));
}

export function chooseFolder(controller: TuiController): void {
  const {dataFolder: folder} = controller.state;
  openPrompt(controller, 'folder', folder === undefined ? '' : `${folder}/`);
}

/** What keys do on the data. */
export const dataKeys = bindingsWith({screens: ['data']}, [
  {
    isDeliberate: true,
    keys: ['s'],
    label: 'draw sample',
    help: 'Draw the sample faces, unless they exist already.',
    act: controller => startTask(controller, 'sample'),
    cannot: cannotDuringTask,
  },
  {
    isDeliberate: true,
    keys: ['p'],
    label: 'prepare',
    help: 'Decode the images of the experiment under the cursor into the cache.',
    act: controller => startTask(controller, 'prepare'),
    cannot: cannotDuringTask,
  },
  {
    isDeliberate: true,
    keys: ['f'],
    screens: ['data', 'experiments'],
    label: 'fetch',
    help: 'Download CelebA for the experiment under the cursor; shows its licence first.',
    act: askWhereToFetch,
    cannot: cannotDuringTask,
  },
  {
    keys: ['o'],
    screens: ['data', 'experiments'],
    label: 'data folder',
    help: 'Choose the folder of the images for the starts of this session.',
    act: chooseFolder,
  },
  {keys: ['r'], label: 'reload', help: 'Read the data set again.', act: lookAgain},
]);
