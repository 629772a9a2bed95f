import {GRAPH_IMAGES, type JpegGraph, type Reduction} from './jpeg-graph.js';

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
