import type {Comparison} from '../../compare/comparison.js';

/** The comparison that is shown; it is made again when one of its runs goes on. */
export type ComparisonState = {
  readonly ids: readonly string[];
  readonly result: Comparison | undefined;
  readonly error: string | undefined;
};

export const noComparison: ComparisonState = {ids: [], result: undefined, error: undefined};
