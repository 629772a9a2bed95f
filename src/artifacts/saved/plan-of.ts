import {UserError} from '../../util/user-error.js';
import type {LayersFile} from './layers-file.js';
import type {OutputPlan} from './metadata.js';

/** What a model's outputs mean: as its run knows, else as it says itself. @throws UserError */
export function planOf(file: LayersFile, known: OutputPlan | undefined): OutputPlan {
  const plan = known ?? file.plan;
  if (plan !== undefined) return plan;
  throw new UserError(`${file.folder}: model.json does not say which heads the model has.`, {
    hint: 'Name the run itself; or write the model anew with split or export --format tfjs.',
  });
}
