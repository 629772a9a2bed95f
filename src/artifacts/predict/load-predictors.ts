import {loadBackend} from '../../tensorflow/load.js';
import {precisionFor} from '../../tensorflow/precision.js';
import type {NativeBinding} from '../../tensorflow/graph/session.js';
import type {Size} from '../../data/image/area-filter.js';
import {BINARY} from '../../experiment/classes.js';
import {decisionOf} from '../../experiment/decision.js';
import {answeredPart} from '../exports/split.js';
import {planOf, readLayersFile, readSavedNetwork} from '../layers-model.js';
import {UserError} from '../../util/user-error.js';
import type {ModelSource} from './messages.js';
import {graphPredictor, layersPredictor, type Predictor} from './predictor.js';

export type LoadedModels = {
  readonly predictors: readonly Predictor[];
  /** Heads of all models, in order; each once. */
  readonly heads: readonly string[];
  /** Names of the classes of each head. */
  readonly classes: readonly (readonly string[])[];
  /** The probability above which each head predicts 1. */
  readonly thresholds: readonly number[];
  /** [height, width] of the input of all models. */
  readonly size: Size;
};

/** Loads models that predict together. @throws UserError where their sizes or heads conflict. */
export async function loadPredictors(
  sources: readonly ModelSource[],
  native: NativeBinding | undefined,
): Promise<LoadedModels> {
  const backend = native === undefined ? await loadBackend('auto') : undefined;
  const predictors: Predictor[] = [];
  const thresholds: number[] = [];
  const classes: (readonly string[])[] = [];
  let size: Size | undefined;
  for (const source of sources) {
    const whole = await readLayersFile(source.folder);
    const {file, plan} = answeredPart(whole, planOf(whole, source.plan), source.answers);
    const network = readSavedNetwork(file, plan);
    const [height, width] = network.inputShape as readonly [number, number, number];
    if (size !== undefined && (height !== size[0] || width !== size[1])) {
      throw new UserError(
        `${source.folder}: expects images of ${height}x${width}, the model before it ${size.join('x')}. Expected the same size for all models.`,
        {hint: 'Predict with one model at a time.'},
      );
    }
    size = [height, width];
    thresholds.push(...plan.heads.map(head => decisionOf(file.decisions, head).threshold));
    classes.push(...plan.heads.map((_, at) => plan.classes?.[at] ?? BINARY));
    predictors.push(
      native === undefined
        ? await layersPredictor(backend as NonNullable<typeof backend>, file, plan)
        : graphPredictor(native, network, precisionFor(file.precision, true).precision),
    );
  }
  if (size === undefined) throw new Error('There is no model to predict with.');
  const heads = eachOnce(predictors.flatMap(predictor => predictor.heads));
  return {predictors, heads, classes, thresholds, size};
}

function eachOnce(heads: readonly string[]): readonly string[] {
  const duplicate = heads.find((head, index) => heads.indexOf(head) !== index);
  if (duplicate === undefined) return heads;
  throw new UserError(`Two of the models have the head ${duplicate}. Expected each head once.`, {
    hint: 'Name a folder with one model.',
  });
}
