import {imageCounts} from '../../report/text/numbers.js';
import type {RunState} from '../../runs/run-state.js';
import {isActive} from '../../runs/status.js';
import {thousands} from '../../util/format.js';
import {span, wrappedLines, type Line} from './line.js';
import {statusSign} from './run-text.js';

/** Whether a run has a number that a curve can begin with. */
export function hasNumbers({batch, models}: RunState): boolean {
  return batch !== undefined || models.some(({history}) => history.length > 0);
}

/**
 * What happens in place of curves: the steps of a run until its first numbers, as far as it is, or
 * why there will be none.
 *
 * @param isSpoken Whether the step in progress is a sentence, for a screen reader.
 */
export function startLines(run: RunState, width: number, isSpoken: boolean): Line[] {
  if (run.status === 'queued') return wrappedLines('Waiting in the queue.', width);
  if (!isActive(run.status))
    return wrappedLines('No curves: the run ended before its first batch.', width);
  const steps = stepsOf(run);
  const at = steps.findIndex(({isDone}) => !isDone);
  if (isSpoken) return wrappedLines(`${steps[at]?.text}.`, width);
  return steps.flatMap(({text}, index) => {
    const state = index < at ? 'completed' : index === at ? 'running' : 'queued';
    const sign = statusSign(state);
    return wrappedLines(text, width - 2, state === 'running' ? 'strong' : 'faint').map(
      (line, row): Line => [
        span(row === 0 ? `${sign.text} ` : '  ', sign.role ?? 'plain'),
        ...line,
      ],
    );
  });
}

type Step = {readonly text: string; readonly isDone: boolean};

/** In the order in which a trainer takes them; the last one ends with the first numbers. */
function stepsOf({heads, backend, loading, data, current}: RunState): readonly Step[] {
  return [
    {text: withDetail('Loading TensorFlow', backend), isDone: heads.length > 0},
    {text: imagesStep(loading, data), isDone: loading === undefined && data !== undefined},
    {text: 'Building the network', isDone: current !== undefined},
    {text: 'Training on the first batch', isDone: false},
  ];
}

function imagesStep(loading: RunState['loading'], data: RunState['data']): string {
  if (loading !== undefined) {
    const {what, done, total} = loading;
    const verb = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
    return `${verb} the images: ${thousands(done)} of ${thousands(total)}`;
  }
  return withDetail('Reading the images', data === undefined ? '' : imageCounts(data));
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}
