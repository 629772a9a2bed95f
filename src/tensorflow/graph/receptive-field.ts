import type {Shape} from '../../model/layers/layer-kind.js';
import {receptiveFieldOf} from '../../model/layers/layers.js';
import type {Network, NamedShape, NetworkLayer} from '../network.js';

/** The part of the images, and of each layer's output, that the heads depend on. */
type ReceptiveField = {
  /** [height, width, channels], the upper left part of the images. */
  readonly input: Shape;
  /** Shape of each layer's output, without the batch, by its name. */
  readonly shapes: ReadonlyMap<string, Shape>;
};

/**
 * Finds the part of the images that a trunk uses. With valid padding no window extends over the right
 * or lower edge, so the last columns and rows may be unused: a pooling by 2 of 57 columns never uses
 * the last. Unused values need not be computed, nor anything that only they depend on. The tutorial's
 * network, with three poolings, uses 70x54 of 72x59 pixels, which saves a tenth of the work. Results
 * and gradients are the same. Where a network branches, the branches get whole images: their results must
 * keep the same size.
 *
 * @param network Its layers have the shapes that the whole image gives.
 */
export function receptiveField({
  inputName,
  inputShape,
  trunk,
}: Pick<Network<NamedShape>, 'inputName' | 'inputShape' | 'trunk'>): ReceptiveField {
  const layers = beforeBranches(inputName, trunk);
  const inputShapes = [inputShape, ...layers.map(({outputShape}) => outputShape)];
  let needed = inputShapes.at(-1) as Shape;
  for (let index = layers.length - 1; index >= 0; index--)
    needed = neededInput(layers[index] as NetworkLayer, inputShapes[index] as Shape, needed);
  const shapes = new Map(trunk.map(({name, outputShape}) => [name, outputShape]));
  let shape = needed;
  for (const layer of layers) shapes.set(layer.name, (shape = outputFrom(layer, shape)));
  return {input: needed, shapes};
}

/** The layers that follow one another, up to the first whose output several layers take. */
function beforeBranches(inputName: string, trunk: readonly NetworkLayer[]): NetworkLayer[] {
  const sources = trunk.flatMap(({inputs}) => inputs);
  const layers: NetworkLayer[] = [];
  let source = inputName;
  for (const layer of trunk) {
    const isAlone = sources.filter(name => name === source).length === 1;
    if (!isAlone || layer.inputs[0] !== source) break;
    layers.push(layer);
    source = layer.name;
  }
  return layers;
}

/** Returns the part of a layer's input that this part of its output depends on. */
function neededInput({definition}: NetworkLayer, whole: Shape, output: Shape): Shape {
  const field = receptiveFieldOf(definition);
  if (field === 'everything') return whole;
  if (field === 'each value') return output;
  const reach = (axis: 0 | 1): number =>
    ((output[axis] as number) - 1) * field.stride[axis] + field.window[axis];
  return [reach(0), reach(1), whole[2] as number];
}

/** Returns the output that a layer computes from this part of its input. */
function outputFrom({definition, outputShape}: NetworkLayer, input: Shape): Shape {
  const field = receptiveFieldOf(definition);
  if (field === 'everything') return outputShape;
  if (field === 'each value') return input;
  const windows = (axis: 0 | 1): number =>
    Math.floor(((input[axis] as number) - field.window[axis]) / field.stride[axis]) + 1;
  return [windows(0), windows(1), outputShape[2] as number];
}
