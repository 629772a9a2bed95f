import type {Fit} from '../../data/image/fit.js';

export const fits = ['stretch', 'crop'] as const satisfies readonly Fit[];

export type PredictFlags = {
  readonly runs: string;
  readonly json: boolean;
  readonly csv?: boolean;
  readonly batch?: number;
  readonly fit: Fit;
  readonly filesFrom?: string;
};
