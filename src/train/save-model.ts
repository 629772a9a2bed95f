import {mkdir, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import type {TensorFlow} from '../backend/tensorflow.js';
import {modelMetadata, type OutputPlan} from '../model/saved/metadata.js';
import type {LayersModel} from '@tensorflow/tfjs';
import {writeAtomic} from '../util/write-atomic.js';

/**
 * Saves a model in tfjs's layers format: `model.json` and `weights.bin`. The folder appears whole
 * or not at all, also when the machine loses its power.
 */
export async function saveModel(
  tf: TensorFlow,
  model: LayersModel,
  plan: OutputPlan,
  folder: string,
): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, {recursive: true, force: true});
  await mkdir(unfinished, {recursive: true});
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
      await writeAtomic(path.join(unfinished, 'weights.bin'), Buffer.from(weights));
      await writeAtomic(path.join(unfinished, 'model.json'), JSON.stringify(description));
      return {modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}};
    }),
  );
  await rm(folder, {recursive: true, force: true});
  await rename(unfinished, folder);
}
