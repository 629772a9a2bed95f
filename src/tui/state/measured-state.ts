import type {RunMetrics} from '../../compare/run-metrics.js';

/** The numbers of the opened run; measured again when it goes on. */
export type MeasuredState = {
  readonly run: string | undefined;
  readonly result: RunMetrics | undefined;
  readonly error: string | undefined;
};

export const noMeasured: MeasuredState = {run: undefined, result: undefined, error: undefined};
