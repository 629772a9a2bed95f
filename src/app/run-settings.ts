import {rootAsBefore} from '../experiment/data-root.js';
import {foldOf} from '../experiment/folds.js';
import type {Experiment} from '../experiment/schema.js';

/**
 * A definition as a file gives it, with the settings of an earlier run: the program sets the seeds, the fold
 * and the folder of a relative root, and not the file alone.
 */
export function withSettingsOf(before: Experiment, now: Experiment): Experiment {
  const {seed} = before.data;
  const root =
    now.data.source === 'sample' ? now.data.root : rootAsBefore(before.data.root, now.data.root);
  const fold = foldOf(before);
  const {split} = now.data;
  const data = {
    ...{...now.data, root},
    ...(seed === undefined ? {} : {seed}),
    ...('folds' in split && fold !== undefined ? {split: {...split, fold}} : {}),
  };
  return {...now, data, training: {...now.training, seed: before.training.seed}};
}
