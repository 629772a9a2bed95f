import * as z from 'zod';
import {sizeOf, type Shape} from './layer-kind.js';

/** A tensor in tfjs's manifest of weights: float32, or smaller numbers that stand for it; counts are int32. */
export const StoredTensor = z.object({
  name: z.string(),
  shape: z.array(z.number().int().min(0)),
  dtype: z.string(),
  quantization: z
    .object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      scale: z.number().optional(),
      min: z.number().optional(),
    })
    .optional(),
});
export type StoredTensor = z.infer<typeof StoredTensor>;

/** A tensor of a file. */
export type FileTensor = {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float32Array;
};

const BYTES = {float32: 4, int32: 4, uint8: 1, uint16: 2, float16: 2} as const;

/** The bytes that tensors take. */
export function storedBytes(specs: readonly StoredTensor[]): number {
  return specs.reduce((sum, spec) => sum + bytesOf(spec), 0);
}

function bytesOf(spec: StoredTensor): number {
  return sizeOf(spec.shape) * BYTES[storedType(spec)];
}

function storedType({dtype, quantization}: StoredTensor): keyof typeof BYTES {
  return quantization?.dtype ?? (dtype === 'int32' ? 'int32' : 'float32');
}

/**
 * Reads tensors that lie one after another.
 *
 * @throws Error that says where the bytes end too early, or how many are left.
 */
export function decodeTensors(specs: readonly StoredTensor[], bytes: Uint8Array): FileTensor[] {
  let start = 0;
  const tensors = specs.map(spec => {
    const {name, shape, dtype} = spec;
    if (dtype !== 'float32' && dtype !== 'int32')
      throw new Error(`${name} has numbers of the type ${dtype}, not float32`);
    const end = start + bytesOf(spec);
    if (end > bytes.length) throw new Error(`it ends within ${name}`);
    // A copy is aligned.
    const part = Uint8Array.from(bytes.subarray(start, end)).buffer;
    start = end;
    return {name, shape, values: valuesOf(spec, part)};
  });
  if (start !== bytes.length) throw new Error(`it has ${bytes.length - start} bytes too many`);
  return tensors;
}

function valuesOf(spec: StoredTensor, part: ArrayBuffer): Float32Array {
  const {scale = 1, min = 0} = spec.quantization ?? {};
  switch (storedType(spec)) {
    case 'float32':
      return new Float32Array(part);
    case 'int32':
      return Float32Array.from(new Int32Array(part));
    case 'uint8':
      return Float32Array.from(new Uint8Array(part), value => value * scale + min);
    case 'uint16':
      return Float32Array.from(new Uint16Array(part), value => value * scale + min);
    case 'float16':
      return Float32Array.from(new Uint16Array(part), fromHalf);
  }
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
