/**
 * The parts of a split. `train` trains; `validation` chooses the epoch and ends training early;
 * `test` is read once, by the weights that were chosen.
 */
export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** The part that a run is measured on: `test` where it has one. */
export type EvaluatedPart = Exclude<Part, 'train'>;
