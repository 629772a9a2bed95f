import {headAccuracies, type RunState} from '../../runs/run-state.js';
import {statusText, type RunStatus} from '../../runs/status.js';
import {fraction} from '../../util/format.js';
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

/** `Male 0.885  Smiling 0.860`; a dash for a head that has not learned yet. */
export function accuracyText(run: RunState, shown = 3): string {
  const heads = headAccuracies(run);
  const texts = heads
    .slice(0, shown)
    .map(
      ({head, accuracy}) => `${head} ${Number.isFinite(accuracy) ? fraction(accuracy, 3) : '-'}`,
    );
  const more = heads.length - shown;
  return `${texts.join('  ')}${more > 0 ? `  and ${more} more` : ''}`;
}
