import path from 'node:path';
import type {TensorFlow} from '../tensorflow/types.js';
import {modelMetadata, type OutputPlan} from '../artifacts/saved/metadata.js';
import type {LayersModel} from '@tensorflow/tfjs';
import {placeFolder} from '../util/place-folder.js';
import {makePlainFolder} from '../util/safe-file.js';

/**
 * Saves a model in tfjs's layers format: `model.json` and `weights.bin`. The folder appears whole
 * or not at all, also when the machine loses its power.
 *
 * @throws Error where something else is in the folder, or a link in its place.
 */
export async function saveModel(
  tf: TensorFlow,
  model: LayersModel,
  plan: OutputPlan,
  folder: string,
): Promise<void> {
  await makePlainFolder(path.dirname(folder));
  await model.save(
    tf.io.withSaveHandler(async artifacts => {
      const weights = tf.io.concatenateArrayBuffers([artifacts.weightData ?? []].flat());
      const description = {
        format: 'layers-model',
        generatedBy: artifacts.generatedBy,
        convertedBy: null,
        modelTopology: artifacts.modelTopology,
        weightsManifest: [{paths: ['weights.bin'], weights: artifacts.weightSpecs}],
        userDefinedMetadata: modelMetadata(plan),
      };
      await placeFolder(folder, {
        'weights.bin': Buffer.from(weights),
        'model.json': JSON.stringify(description),
      });
      return {modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}};
    }),
  );
}
