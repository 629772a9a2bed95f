export type JpegHeader = {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
  /** 1 to 8 as in EXIF; 1 by default. */
  readonly orientation: number;
  readonly hasProfile: boolean;
  /** Whether all colours of all pixels come in one scan, after which decoders read no further. */
  readonly isOneScan: boolean;
};

const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const APP1 = 0xe1;
const APP2 = 0xe2;
/** Baseline, extended and progressive, all Huffman-coded: what every decoder reads. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const PROGRESSIVE = 0xc2;
const EXIF = 'Exif\u0000\u0000';
const ORIENTATION = 0x0112;
const PROFILE = 'ICC_PROFILE';

/**
 * Reads the segments before the pixels; undefined where the bytes are no JPEG that is whole up to
 * its frame, or one of a rare kind (lossless, arithmetic, 12 bits).
 */
export function readJpegHeader(bytes: Buffer): JpegHeader | undefined {
  let notes = {orientation: 1, hasProfile: false};
  let header: JpegHeader | undefined;
  let isProgressive = false;
  for (const {marker, content} of segmentsOf(bytes)) {
    if (header !== undefined) {
      // Segments between the frame and the scan describe the scan.
      if (marker !== START_OF_SCAN) continue;
      return {...header, isOneScan: !isProgressive && content[0] === header.components};
    }
    if (marker === START_OF_SCAN || isFrame(marker)) {
      const frame = readFrame(marker, content);
      if (frame === undefined) return undefined;
      isProgressive = marker === PROGRESSIVE;
      header = {...frame, ...notes, isOneScan: false};
    } else if (marker === APP1) {
      notes = {...notes, orientation: exifOrientation(content) ?? notes.orientation};
    } else if (marker === APP2) {
      notes = {...notes, hasProfile: notes.hasProfile || startsWith(content, PROFILE)};
    }
  }
  return header;
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.toString('latin1', 0, text.length) === text;
}

type Segment = {readonly marker: number; readonly content: Buffer};

/** The segments up to the pixels, as far as they are whole. */
function* segmentsOf(bytes: Buffer): Generator<Segment> {
  if (bytes[0] !== MARKER || bytes[1] !== START_OF_IMAGE) return;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === MARKER) {
    const marker = bytes[at + 1] as number;
    // Fill bytes may stand before a marker.
    const length = marker === MARKER ? -1 : bytes.readUInt16BE(at + 2);
    if (length >= 0) {
      const content = bytes.subarray(at + 4, at + 2 + length);
      if (length < 2 || content.length !== length - 2) return;
      yield {marker, content};
      if (marker === START_OF_SCAN) return;
    }
    at += 2 + length;
  }
}

function isFrame(marker: number): boolean {
  const isTable = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
  return marker >= 0xc0 && marker <= 0xcf && !isTable;
}

/** undefined where decoders differ in what they make of it. */
function readFrame(
  marker: number,
  segment: Buffer,
): Pick<JpegHeader, 'height' | 'width' | 'components'> | undefined {
  if (!FRAMES.has(marker) || segment.length < 6 || segment[0] !== 8) return undefined;
  const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
  const components = segment[5] as number;
  return height === 0 || width === 0 ? undefined : {height, width, components};
}

/** The orientation in the first directory of an EXIF segment, where it has one. */
function exifOrientation(segment: Buffer): number | undefined {
  if (!startsWith(segment, EXIF)) return undefined;
  const tiff = segment.subarray(EXIF.length);
  if (tiff.length < 8) return undefined;
  const isLittle = startsWith(tiff, 'II');
  const u16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return undefined;
  for (let entry = 0; entry < u16(directory); entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    if (u16(at) === ORIENTATION) return u16(at + 8);
  }
  return undefined;
}
