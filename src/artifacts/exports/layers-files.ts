import type {LayersFile} from '../saved/layers-file.js';
import {modelMetadata, type OutputPlan} from '../saved/metadata.js';

/** A model as it goes into a folder: its weights as bytes, and what its outputs mean. */
export type WholeModel = Pick<LayersFile, 'topology' | 'weights'> & {readonly plan: OutputPlan};

/** The files of a layers model of tfjs, as `tf.loadLayersModel` reads them. */
export function layersFiles({
  topology,
  weights,
  plan,
}: WholeModel): Record<string, string | Buffer> {
  const description = {
    format: 'layers-model',
    generatedBy: 'celeba-tui',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({name, shape}) => ({name, shape, dtype: 'float32'})),
      },
    ],
    userDefinedMetadata: modelMetadata(plan),
  };
  const bytes = weights.map(({values}) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  return {'weights.bin': Buffer.concat(bytes), 'model.json': JSON.stringify(description)};
}
