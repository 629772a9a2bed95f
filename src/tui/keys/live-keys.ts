import {liveActions} from '../actions/live.js';
import {activeInShownQueue} from '../state/live-items.js';
import type {Binding} from './binding.js';

/** What keys do on the live run and its queue. */
export const liveKeys: readonly Binding[] = [
  {
    action: liveActions.stop,
    isDeliberate: true,
    keys: ['x'],
    screens: ['live'],
    label: 'stop',
    help: 'Stop the running and queued runs of the queue; they can be resumed. Asks for confirmation.',
  },
  {
    action: liveActions.pause,
    isDeliberate: true,
    keys: ['p'],
    screens: ['live'],
    label: snapshot => (activeInShownQueue(snapshot)?.run.status === 'paused' ? 'resume' : 'pause'),
    help: 'Pause training after the current batch, or continue.',
  },
  {
    action: liveActions.skip,
    isDeliberate: true,
    keys: ['n'],
    screens: ['live'],
    label: 'next',
    help: 'Stop this run with a checkpoint and start the next one. Asks for confirmation.',
  },
  {
    action: liveActions.moveEarlier,
    isDeliberate: true,
    keys: ['K', 'shift-up'],
    screens: ['live'],
    label: 'earlier',
    help: 'Move the queued run under the cursor up.',
  },
  {
    action: liveActions.moveLater,
    isDeliberate: true,
    keys: ['J', 'shift-down'],
    screens: ['live'],
    help: 'Move the queued run under the cursor down.',
  },
  {
    action: liveActions.remove,
    isDeliberate: true,
    keys: ['d', 'delete'],
    screens: ['live'],
    label: 'remove',
    help: 'Remove the queued run under the cursor from the queue.',
  },
];
