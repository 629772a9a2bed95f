import type {LayersModel} from '@tensorflow/tfjs';
import {changesOf} from '../data/mixup.js';
import type {ModelPlan} from '../model/plan.js';
import {divideNetwork} from '../tensorflow/divide-network.js';
import {networkOf, type Network, type NetworkVariable} from '../tensorflow/network.js';
import type {Backend} from '../tensorflow/types.js';
import {thousands} from '../util/format.js';
import {backboneNote} from './backbone.js';
import type {TrainingContext} from './context.js';
import {frozenFeatures, type FrozenFeatures} from './features.js';

type Images = Pick<TrainingContext, 'experiment' | 'dataset' | 'emit'> & {
  readonly backend: Backend;
  readonly cacheFolder: string;
};

/**
 * What the frozen layers of a backbone compute from the images, and the layers above, where training can take
 * that in place of images: with the compiled step, on images that are mirrored at most.
 */
export function frozenPart(
  {experiment, dataset, backend, emit, cacheFolder}: Images,
  plan: ModelPlan,
  model: LayersModel,
): {readonly features: FrozenFeatures; readonly above: Network<NetworkVariable>} | undefined {
  const {
    model: {backbone},
    training: {augment, step},
  } = experiment;
  if (backbone === undefined) return undefined;
  emit({type: 'log.written', level: 'info', message: backboneNote(backbone)});
  const {native} = backend;
  if (
    native === undefined ||
    step === 'layers' ||
    changesOf(augment).some(change => change !== 'flip')
  )
    return undefined;
  const divided = divideNetwork(networkOf(model, plan));
  if (divided === undefined) return undefined;
  const features = frozenFeatures(dataset, {
    ...{native, cacheFolder},
    network: divided.below,
    onCompute: (part, images) =>
      emit({
        type: 'log.written',
        level: 'info',
        message: `Computing what the backbone makes of ${thousands(images)} ${part} images, once; the result is kept in the cache.`,
      }),
  });
  return {features, above: divided.above};
}
