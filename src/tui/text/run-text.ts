import {statusText, type RunStatus} from '../../runs/status.js';
import type {Cell} from './columns.js';

const signs: Readonly<Record<RunStatus, Cell>> = {
  queued: {text: '○', role: 'faint'},
  starting: {text: '▶', role: 'accent'},
  running: {text: '▶', role: 'accent'},
  paused: {text: '‖', role: 'warning'},
  completed: {text: '✓', role: 'good'},
  'stopped-early': {text: '✓', role: 'good'},
  skipped: {text: '✓', role: 'good'},
  stopped: {text: '■', role: 'warning'},
  interrupted: {text: '■', role: 'warning'},
  cancelled: {text: '■', role: 'warning'},
  failed: {text: '✗', role: 'bad'},
  crashed: {text: '✗', role: 'bad'},
  unreadable: {text: '?', role: 'bad'},
};

/** A run's status as a sign. */
export function statusSign(status: RunStatus): Cell {
  return signs[status];
}

/** A run's status as a sign and a word: `✓ completed`. */
export function statusCell(status: RunStatus): Cell {
  const sign = signs[status];
  return {...sign, text: `${sign.text} ${statusText(status)}`};
}
