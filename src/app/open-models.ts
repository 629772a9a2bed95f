import {
  planOf,
  readLayersFile,
  readSavedNetwork,
  type LayersFile,
} from '../artifacts/layers-model.js';
import type {OutputPlan} from '../tensorflow/network.js';
import type {NamedModel, NamedModels} from './named-models.js';

/** A model with all that its folder holds. */
export type OpenModel = Omit<NamedModel, 'plan'> & {
  readonly file: LayersFile;
  readonly plan: OutputPlan;
};

/** Reads models into memory. @throws UserError where one of them is not whole. */
export function openModels({models}: NamedModels): Promise<OpenModel[]> {
  return Promise.all(
    models.map(async model => {
      const file = await readLayersFile(model.folder);
      const plan = planOf(file, model.plan);
      // Whatever is done with it: a model that does not hold together is refused here.
      readSavedNetwork(file, plan);
      return {...model, file, plan};
    }),
  );
}
