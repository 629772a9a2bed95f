import {GraphBuilder, type Value} from '../../tensorflow/graph/builder.js';
import {GraphSession, type NativeBinding} from '../../tensorflow/graph/session.js';
import type {Size} from '../image/area-filter.js';

/** Images that one run decodes; TensorFlow spreads them over the cores. */
export const GRAPH_IMAGES = 32;
/** So many copies of one image make bytes that can be read as whole numbers of 32 bits. */
const SINGLE_COPIES = 4;

/** 1: all pixels are decoded; 2: half of each side, which skips half of the work. */
export type Reduction = 1 | 2;

/**
 * TensorFlow's JPEG decoder and area filter as a graph: a batch of JPEGs in, pixels out, in one
 * call. Through tfjs-node's own functions, each image costs as much again in crossings.
 */
export class JpegGraph {
  readonly #native: NativeBinding;
  readonly #size: Size;
  readonly #sessions = new Map<string, GraphSession>();

  constructor(native: NativeBinding, size: Size) {
    this.#native = native;
    this.#size = size;
  }

  /**
   * Decodes and scales 1 to `GRAPH_IMAGES` JPEGs.
   *
   * @returns RGB, one image after another: [jpegs * height * width * 3].
   * @throws  where any of them cannot be decoded; it is not said which.
   */
  decode(jpegs: readonly Uint8Array[], reduction: Reduction): Uint8Array {
    const slots = jpegs.length === 1 ? SINGLE_COPIES : GRAPH_IMAGES;
    const values = Array.from(
      {length: slots},
      (_, slot) => jpegs[slot] ?? (jpegs[0] as Uint8Array),
    );
    const [words] = this.#session(slots, reduction).run(
      [{name: INPUT, shape: [slots], values}],
      [OUTPUT],
    );
    if (words === undefined) throw new Error('The graph gave nothing.');
    const [height, width] = this.#size;
    return new Uint8Array(words.buffer, words.byteOffset, jpegs.length * height * width * 3);
  }

  dispose(): void {
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
  }

  #session(slots: number, reduction: Reduction): GraphSession {
    const key = `${slots}/${reduction}`;
    const session =
      this.#sessions.get(key) ??
      new GraphSession(this.#native, decodingGraph(slots, this.#size, reduction));
    this.#sessions.set(key, session);
    return session;
  }
}

const INPUT = 'jpegs';
const OUTPUT = 'words';

/**
 * One decoder for each image: nodes that do not need each other run at the same time. The bytes
 * leave as int32 words, since tfjs-node cannot read bytes.
 */
function decodingGraph(slots: number, size: Size, reduction: Reduction): Uint8Array {
  const builder = new GraphBuilder();
  const jpegs = builder.placeholder(INPUT, 'string', [slots]);
  const unpacked = builder.node('Unpack', [jpegs], {
    T: {type: 'string'},
    num: {int: slots},
    axis: {int: 0},
  });
  const axis = builder.constant(0, 'int32');
  const images = Array.from({length: slots}, (_, output) =>
    pictureNodes(builder, {node: unpacked.node, output}, axis, size, reduction),
  );
  const all = builder.node('ConcatV2', [...images, axis], {
    N: {int: slots},
    T: {type: 'uint8'},
    Tidx: {type: 'int32'},
  });
  const words = builder.node('Reshape', [all, builder.constant([-1, 4], 'int32')], {
    T: {type: 'uint8'},
    Tshape: {type: 'int32'},
  });
  builder.node('Bitcast', [words], {T: {type: 'uint8'}, type: {type: 'int32'}}, {name: OUTPUT});
  return builder.savedModel();
}

function pictureNodes(
  builder: GraphBuilder,
  jpeg: Value,
  axis: Value,
  size: Size,
  reduction: Reduction,
): Value {
  const image = builder.node('DecodeJpeg', [jpeg], {
    channels: {int: 3},
    ratio: {int: reduction},
    fancy_upscaling: {bool: false},
    try_recover_truncated: {bool: false},
    acceptable_fraction: {float: 1},
    dct_method: {text: 'INTEGER_ACCURATE'},
  });
  const batch = builder.node('ExpandDims', [image, axis], {
    T: {type: 'uint8'},
    Tdim: {type: 'int32'},
  });
  const scaled = builder.node('ResizeArea', [batch, builder.constant(size, 'int32')], {
    T: {type: 'uint8'},
    align_corners: {bool: false},
  });
  return builder.cast(builder.float('Round', [scaled]), 'float32', 'uint8');
}

/** A JPEG of 16x16 pixels, all of this grey. Here as text, so that nothing has to be loaded to make it. */
const GREY = 77;
const IMAGE =
  '/9j/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBD' +
  'AQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAQABAD' +
  'ASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAA' +
  'AP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJ3AB//Z';

/**
 * Decodes an image whose pixels are known, in every place of the graph. Without this, a library
 * that cannot decode would look like a data set in which every image is broken.
 *
 * @throws where the graph fails or gives other pixels.
 */
export function proveDecoder(graph: Pick<JpegGraph, 'decode'>, reduction: Reduction): void {
  const jpeg = Buffer.from(IMAGE, 'base64');
  const pixels = graph.decode(new Array<Buffer>(GRAPH_IMAGES).fill(jpeg), reduction);
  const worst = pixels.reduce((most, value) => Math.max(most, Math.abs(value - GREY)), 0);
  if (worst > 2) throw new Error(`a grey of ${GREY} came out ${worst} levels away`);
}
