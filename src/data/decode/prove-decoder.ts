import type {NativeGraphs} from '../../backend/graph/native.js';
import {encodeJpeg} from '../image/encode.js';
import {JpegGraph} from './jpeg-graph.js';

const SIDE = 16;
const GREY = 77;

/**
 * Decodes a picture whose pixels are known. Without this, a library that cannot decode would look
 * like a data set in which every picture is broken.
 *
 * @throws where the graph fails or gives other pixels.
 */
export async function proveDecoder(native: NativeGraphs): Promise<void> {
  const picture = new Uint8Array(SIDE * SIDE * 3).fill(GREY);
  const jpeg = await encodeJpeg(picture, [SIDE, SIDE], 90);
  const graph = new JpegGraph(native, [8, 8]);
  try {
    for (const reduction of [1, 2] as const) {
      const worst = Math.max(
        ...graph.decode([jpeg], reduction).map(value => Math.abs(value - GREY)),
      );
      if (worst > 2) throw new Error(`a grey of ${GREY} came out ${worst} levels away`);
    }
  } finally {
    graph.dispose();
  }
}
