import type {QueueItemStatus} from '../../runs/queue/queue-state.js';
import {headAccuracies} from '../../runs/head-accuracies.js';
import type {RunState} from '../../runs/run-state.js';
import type {RunStatus} from '../../runs/status.js';
import {fraction} from '../../util/format.js';
import type {Cell} from './table.js';

const signs: Readonly<Record<RunStatus, Cell>> = {
  running: {text: '▶ running', role: 'accent'},
  paused: {text: '‖ paused', role: 'warning'},
  completed: {text: '✓ completed', role: 'good'},
  'stopped-early': {text: '✓ stopped early', role: 'good'},
  cancelled: {text: '■ cancelled', role: 'warning'},
  failed: {text: '✗ failed', role: 'bad'},
  crashed: {text: '✗ crashed', role: 'bad'},
};

/** A run's status as a sign and a word. */
export function statusCell(status: RunStatus): Cell {
  return signs[status];
}

const queueSigns: Readonly<Record<QueueItemStatus, Cell>> = {
  waiting: {text: '○', role: 'faint'},
  running: {text: '▶', role: 'accent'},
  done: {text: '✓', role: 'good'},
  failed: {text: '✗', role: 'bad'},
  cancelled: {text: '■', role: 'warning'},
};

export function queueSign(status: QueueItemStatus): Cell {
  return queueSigns[status];
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

/** Mean validation accuracy over the heads, for sorting; NaN where there is none. */
export function meanAccuracy(run: RunState): number {
  const known = headAccuracies(run).map(({accuracy}) => accuracy);
  return known.reduce((sum, accuracy) => sum + accuracy, 0) / known.length;
}
