import type {ActionId} from '../keys/action-ids.js';
import type {Action} from './action.js';
import {experimentActions} from './experiments.js';
import {liveActions} from './live.js';
import {navigation} from './navigation.js';
import {otherActions} from './other.js';
import {quitActions} from './quit.js';
import {runActions} from './runs.js';

/** Every action of the key table. */
export const actions: Readonly<Record<ActionId, Action>> = {
  ...navigation,
  ...experimentActions,
  ...liveActions,
  ...runActions,
  ...otherActions,
  ...quitActions,
};
