import type {ActionId} from './action-ids.js';

/**
 * What is done only for a key that was pressed by itself. In keys that arrive together, as a paste
 * does where the terminal does not mark it, these are left out: they start, stop or delete
 * something, or leave the rest of the paste to the shell.
 */
export const deliberate: ReadonlySet<ActionId> = new Set<ActionId>([
  'run',
  'edit',
  'stop',
  'pause',
  'skip',
  'move-earlier',
  'move-later',
  'remove',
  'resume',
  'delete',
  'take-back',
  'dismiss',
  'write',
  'draw-sample',
  'prepare',
  'suspend',
  'quit',
]);
