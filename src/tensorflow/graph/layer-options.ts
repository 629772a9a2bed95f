import type {LayerSpec} from '../network.js';
import type {Sides} from './ops/operation.js';

/** A layer that the compiler does not know; the layers' own step takes over. */
export class UnknownLayer extends Error {
  override readonly name = 'UnknownLayer';
}

/** tfjs writes `relu` as `relu`, and in a configuration as a class or a snake_case name. */
export function activationName(value: unknown): string {
  if (typeof value === 'string')
    return value.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (value === undefined || value === null) return 'linear';
  return activationName(
    (value as {readonly className?: unknown}).className ?? 'of an unknown kind',
  );
}

/** @param inputShape Without the batch. */
export function convolutionOf(layer: LayerSpec, inputShape: readonly number[]) {
  const {config} = layer;
  return {
    kernelShape: layer.weights[0]?.shape ?? [],
    stride: sides(config['strides']),
    dilation: sides(config['dilationRate']),
    padding: paddingOf(layer),
    inputSize: [inputShape[0] ?? 0, inputShape[1] ?? 0] as const,
  };
}

export function poolingOf(layer: LayerSpec) {
  return {
    size: sides(layer.config['poolSize']),
    stride: sides(layer.config['strides']),
    padding: paddingOf(layer),
  };
}

function paddingOf({name, config}: LayerSpec): 'valid' | 'same' {
  const padding = config['padding'];
  if (padding === 'valid' || padding === 'same') return padding;
  throw new UnknownLayer(`${name} has the padding ${String(padding)}`);
}

function sides(value: unknown): Sides {
  if (typeof value === 'number') return [value, value];
  if (!Array.isArray(value)) return [1, 1];
  const [height, width] = value as number[];
  return [height ?? 1, width ?? height ?? 1];
}
