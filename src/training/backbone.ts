import type {LayersModel} from '@tensorflow/tfjs';
import type {Experiment} from '../experiment/schema.js';
import {weightsInFile} from '../model/layers/backbone-weights.js';
import {FACE_RECOGNITION, type Backbone} from '../model/layers/backbone.js';
import {readKerasFile, readKerasWeights} from '../model/layers/keras-file.js';
import type {ModelPlan} from '../model/plan.js';
import {layerTable} from '../model/shapes.js';
import type {TensorFlow} from '../tensorflow/types.js';
import {messageOf, UserError} from '../util/user-error.js';
import {FACE_RECOGNITION_NOTE, loadFaceRecognition, packageFolder} from './face-recognition.js';

/** What people should know of a backbone before they trust a result that it is in. @throws UserError */
export function backboneNote({network}: Backbone): string {
  if (network === FACE_RECOGNITION) return FACE_RECOGNITION_NOTE;
  return readKerasFile(network).isOurs === true
    ? `The backbone ${network} is of an earlier run. Images that it was trained on tell nothing as test images here: the same data and data.seed keep the parts apart.`
    : `The backbone ${network} was trained before. Whether its licence allows this use, and whether it has seen the images or people of this data set, is for you to check.`;
}

/** @throws UserError where the weights of a backbone are not there: exit code 3 where a package is not installed. */
export function assertBackbone({network}: Backbone): void {
  if (network === FACE_RECOGNITION) packageFolder();
  else readKerasFile(network);
}

/**
 * Puts the weights of a backbone into the layers of a model.
 *
 * @throws UserError where they are missing, or are not those that the experiment was checked with.
 */
export function loadBackbone(
  tf: TensorFlow,
  model: LayersModel,
  experiment: Experiment,
  plan: ModelPlan,
): void {
  const {backbone} = experiment.model;
  if (backbone === undefined) return;
  if (backbone.network === FACE_RECOGNITION) return loadFaceRecognition(tf, model, backbone);
  const {weights, sha256} = readKerasWeights(backbone.network);
  if (backbone.sha256 !== undefined && sha256 !== backbone.sha256) throw changed(backbone);
  const rows = layerTable(experiment, plan);
  const shapes = new Map(rows.map(({name, outputShape}) => [name, outputShape]));
  for (const {name, origin, definition, inputs} of rows) {
    if (origin === undefined || definition === undefined) continue;
    const input = shapes.get(inputs[0] ?? '') ?? [];
    try {
      const values = weightsInFile(origin, definition, input, weights);
      tf.tidy(() => {
        const tensors = values.map(weight => tf.tensor(weight.values, [...weight.shape]));
        model.getLayer(name).setWeights(tensors);
      });
    } catch (error) {
      throw new UserError(`${backbone.network}: its weights cannot be used: ${messageOf(error)}.`, {
        hint: 'Save the model again.',
        cause: error,
      });
    }
  }
}

function changed({network}: Backbone): UserError {
  return new UserError(
    `${network}: the file has changed since the experiment was checked, or the run began: model.backbone.sha256 is that of another one.`,
    {hint: 'Put the file back, or remove model.backbone.sha256 and start a new run.'},
  );
}
