import type {ComparedRun} from '../../compare/measure-run.js';

/** The numbers of the opened run; measured again when it goes on. */
export type MeasuredState = {
  readonly run: string | undefined;
  readonly result: ComparedRun | undefined;
  readonly error: string | undefined;
};

export const noMeasured: MeasuredState = {run: undefined, result: undefined, error: undefined};
