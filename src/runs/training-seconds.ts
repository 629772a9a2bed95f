import type {RunState} from './run-state.js';

/**
 * How long a run trained: training and validation of all its networks, in seconds, without starting,
 * reading the data and saving. This is the time of a run in every table.
 *
 * @returns NaN before the first epoch ends.
 */
export function trainingSeconds({models}: Pick<RunState, 'models'>): number {
  const seconds = models.flatMap(({history, seconds: total}) =>
    total === undefined ? history.map(epoch => epoch.seconds) : [total],
  );
  return seconds.length === 0 ? Number.NaN : seconds.reduce((sum, value) => sum + value, 0);
}
