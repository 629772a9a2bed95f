import {dataActions} from '../actions/data.js';
import type {Binding} from './binding.js';

/** What keys do on the data. */
export const dataKeys: readonly Binding[] = [
  {
    action: dataActions.drawSample,
    isDeliberate: true,
    keys: ['s'],
    screens: ['data'],
    label: 'draw sample',
    help: 'Draw the sample faces, unless they exist already.',
  },
  {
    action: dataActions.prepare,
    isDeliberate: true,
    keys: ['p'],
    screens: ['data'],
    label: 'prepare',
    help: 'Decode the images of the experiment under the cursor into the cache.',
  },
  {
    action: dataActions.fetch,
    isDeliberate: true,
    keys: ['f'],
    screens: ['data', 'experiments'],
    label: 'fetch',
    help: 'Download CelebA for the experiment under the cursor; shows its licence first.',
  },
  {
    action: dataActions.chooseFolder,
    keys: ['o'],
    screens: ['data', 'experiments'],
    label: 'data folder',
    help: 'Choose the folder of the images for the starts of this session.',
  },
  {
    action: dataActions.lookAgain,
    keys: ['r'],
    screens: ['data'],
    label: 'reload',
    help: 'Read the data set again.',
  },
];
