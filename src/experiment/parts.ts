import type {SplitDefinition} from './schema.js';

/**
 * The parts of a split. `train` trains; `validation` chooses the epoch and ends training early;
 * `test` is read once, by the weights that were chosen.
 */
export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** The part that a run is measured on: `test` where it has one. */
export type EvaluatedPart = Exclude<Part, 'train'>;

/** Whether a run with this split has a test part, as far as the definition tells. */
export function hasTestPart(split: SplitDefinition): boolean {
  return !('train' in split) || split.test !== undefined;
}
