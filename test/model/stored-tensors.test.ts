import {describe, expect, it} from 'vitest';
import {decodeTensors, storedBytes} from '../../src/model/layers/stored-tensors.js';

const spec = (quantization?: object) => ({
  name: 'layer/kernel',
  shape: [2],
  dtype: 'float32',
  ...(quantization && {quantization: quantization as {dtype: 'uint8'}}),
});

describe('the weights of a layers model', () => {
  it.each([
    ['float32', spec(), new Float32Array([0.5, -2]), [0.5, -2]],
    ['int32', {...spec(), dtype: 'int32'}, new Int32Array([3, -4]), [3, -4]],
    ['uint8', spec({dtype: 'uint8', scale: 0.5, min: -1}), new Uint8Array([0, 4]), [-1, 1]],
    ['uint16', spec({dtype: 'uint16', scale: 0.25, min: 1}), new Uint16Array([4, 8]), [2, 3]],
    ['float16', spec({dtype: 'float16'}), new Uint16Array([0x3c00, 0xc500]), [1, -5]],
    [
      'small float16',
      spec({dtype: 'float16'}),
      new Uint16Array([0x0001, 0x7c00]),
      [2 ** -24, Infinity],
    ],
  ])('are read as %s', (_type, tensor, stored, values) => {
    const bytes = new Uint8Array(stored.buffer);
    expect(storedBytes([tensor])).toBe(bytes.length);
    const [decoded] = decodeTensors([tensor], bytes);
    expect([...decoded!.values]).toEqual(values);
  });

  it.each([
    [spec(), 7, 'it ends within layer/kernel'],
    [spec(), 9, 'it has 1 bytes too many'],
    [{...spec(), dtype: 'bool'}, 8, 'layer/kernel has numbers of the type bool, not float32'],
  ])('are refused where their bytes do not fit', (tensor, length, message) => {
    expect(() => decodeTensors([tensor], new Uint8Array(length))).toThrow(message);
  });
});
