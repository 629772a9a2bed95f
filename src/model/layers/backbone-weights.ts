import type {Origin} from './file-converter.js';
import {sizeOf, type Shape} from './layer-kind.js';
import {layerWeights, type LayerDefinition} from './layers.js';
import {pixelScale, scaledBy, scalingWeights} from './scaling.js';
import type {FileTensor} from './stored-tensors.js';

/**
 * The weights of a layer, in their order here.
 *
 * @param input Shape of its input.
 * @throws Error for a weight that the file lacks, or that has another shape.
 */
export function weightsInFile(
  origin: Origin,
  definition: LayerDefinition,
  input: Shape,
  tensors: readonly FileTensor[],
): readonly {readonly shape: Shape; readonly values: Float32Array}[] {
  const specs = layerWeights(definition, input);
  if ('scaling' in origin) {
    const values = scalingWeights(scaleOf(origin, tensors));
    return specs.map(({shape}, place) => ({shape, values: values[place] as Float32Array}));
  }
  const {config, shared} = origin.layer;
  const name = shared?.name ?? origin.layer.name;
  const ofLayer = tensorsOf(name, tensors);
  const isMissing = (weight: string): boolean =>
    (weight === 'gamma' && config['scale'] === false) ||
    (weight === 'beta' && config['center'] === false);
  const stored = specs.filter(spec => !isMissing(spec.name));
  return specs.map(({name: weight, shape}) => {
    if (isMissing(weight))
      return {shape, values: new Float32Array(sizeOf(shape)).fill(weight === 'gamma' ? 1 : 0)};
    const place = stored.findIndex(spec => spec.name === weight);
    const tensor = tensorNamed(ofLayer, weight, place);
    if (tensor === undefined) throw new Error(`it has no ${weight} of the layer ${name}`);
    // A 1x1 convolution may be a dense layer here.
    const isPointwise = shape.length === 2 && String(tensor.shape) === String([1, 1, ...shape]);
    if (String(tensor.shape) !== String(shape) && !isPointwise)
      throw new Error(
        `${weight} of the layer ${name} has the shape [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`,
      );
    return {shape, values: tensor.values};
  });
}

/** What the layers of a file make of an image's bytes. An adapted Normalization has its numbers among the weights. */
function scaleOf(
  {scaling, layers}: Extract<Origin, {scaling: unknown}>,
  tensors: readonly FileTensor[],
) {
  return layers.reduce((scale, layer) => {
    const ofLayer = tensorsOf(layer.name, tensors);
    const learned = (weight: string, place: number): unknown => {
      const given = layer.config[weight] ?? null;
      if (given !== null) return given;
      const tensor = tensorNamed(ofLayer, weight, place);
      return tensor && [...tensor.values];
    };
    const config =
      layer.className === 'Normalization'
        ? {...layer.config, mean: learned('mean', 0), variance: learned('variance', 1)}
        : layer.config;
    const scaled = scaledBy({...layer, config}, scale);
    if (typeof scaled === 'string') throw new Error(`the layer ${layer.name} ${scaled}`);
    return scaled;
  }, pixelScale(scaling));
}

/** Those of the layer itself; else those within its groups, as models within models have them. */
function tensorsOf(layer: string, tensors: readonly FileTensor[]): readonly FileTensor[] {
  const groupOf = ({name}: FileTensor): string => name.slice(0, name.lastIndexOf('/'));
  const exact = tensors.filter(tensor => [layer, `${layer}/${layer}`].includes(groupOf(tensor)));
  if (exact.length > 0) return exact;
  return tensors.filter(tensor => `/${groupOf(tensor)}/`.includes(`/${layer}/`));
}

function tensorNamed(
  tensors: readonly FileTensor[],
  weight: string,
  place: number,
): FileTensor | undefined {
  // Keras 3 calls the kernel of a depthwise convolution kernel.
  const names = weight === 'depthwise_kernel' ? [weight, 'kernel'] : [weight];
  return tensors.find(({name}) => {
    const last = name.slice(name.lastIndexOf('/') + 1);
    return names.includes(last) || last === String(place);
  });
}
