import {loadBackend} from '../../tensorflow/load.js';
import type {NativeBinding} from '../../tensorflow/graph/session.js';
import type {Size} from '../../data/image/area-filter.js';
import {planOf, readLayersFile, readSavedNetwork} from '../layers-model.js';
import {UserError} from '../../util/user-error.js';
import type {ModelSource} from './messages.js';
import {graphPredictor, layersPredictor, type Predictor} from './predictor.js';

export type LoadedModels = {
  readonly predictors: readonly Predictor[];
  /** Of all models, one after another; each once. */
  readonly heads: readonly string[];
  /** [height, width] that all of them expect. */
  readonly size: Size;
};

/** Loads models whose answers are given together. @throws UserError where they do not fit. */
export async function loadPredictors(
  sources: readonly ModelSource[],
  native: NativeBinding | undefined,
): Promise<LoadedModels> {
  const backend = native === undefined ? await loadBackend('auto') : undefined;
  const predictors: Predictor[] = [];
  let size: Size | undefined;
  for (const source of sources) {
    const file = await readLayersFile(source.folder);
    const plan = planOf(file, source.plan);
    const network = readSavedNetwork(file, plan);
    const shape = network.inputShape as readonly [number, number, number];
    if (size !== undefined && (shape[0] !== size[0] || shape[1] !== size[1])) {
      throw new UserError(
        `${source.folder}: expects images of ${shape[0]}x${shape[1]}, the model before it ${size.join('x')}. Expected one size for all.`,
        {hint: 'Predict with one of them at a time.'},
      );
    }
    size = [shape[0], shape[1]];
    predictors.push(
      native === undefined
        ? await layersPredictor(backend as NonNullable<typeof backend>, file, plan)
        : graphPredictor(native, network),
    );
  }
  if (size === undefined) throw new Error('There is a model to predict with.');
  return {predictors, heads: eachOnce(predictors.flatMap(({heads}) => heads)), size};
}

function eachOnce(heads: readonly string[]): readonly string[] {
  const twice = heads.find((head, index) => heads.indexOf(head) !== index);
  if (twice === undefined) return heads;
  throw new UserError(`Two of the models have the head ${twice}. Expected each head once.`, {
    hint: 'Name a folder with one model.',
  });
}
