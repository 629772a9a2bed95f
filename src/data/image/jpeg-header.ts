/** What the header of a JPEG says. */
export type JpegHeader = {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
  /** 1 to 8 as in EXIF; 1 by default. */
  readonly orientation: number;
  /** Whether it has a colour profile. */
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
  let notes: Notes = {orientation: 1, hasProfile: false};
  let frame: Frame | undefined;
  for (const {marker, content} of segmentsOf(bytes)) {
    if (frame !== undefined) {
      // Segments between the frame and the scan describe the scan.
      if (marker === START_OF_SCAN) return headerOf(frame, notes, content[0]);
    } else if (FRAMES.has(marker)) {
      frame = readFrame(content, marker === PROGRESSIVE);
      if (frame === undefined) return undefined;
    } else if (marker === START_OF_SCAN || isOtherFrame(marker)) {
      return undefined;
    } else {
      notes = readNotes(marker, content, notes);
    }
  }
  return frame && headerOf(frame, notes, undefined);
}

type Notes = Pick<JpegHeader, 'orientation' | 'hasProfile'>;
type Frame = Pick<JpegHeader, 'height' | 'width' | 'components'> & {
  readonly isProgressive: boolean;
};

/** @param scanned Components of the first scan, where it is there. */
function headerOf(
  {height, width, components, isProgressive}: Frame,
  notes: Notes,
  scanned: number | undefined,
): JpegHeader {
  const isOneScan = scanned === components && !isProgressive;
  return {height, width, components, ...notes, isOneScan};
}

function readNotes(marker: number, content: Buffer, notes: Notes): Notes {
  const {orientation, hasProfile} = notes;
  if (marker === APP1) {
    return {...notes, orientation: exifOrientation(content) ?? orientation};
  }
  if (marker !== APP2) return notes;
  const isProfile = content.toString('latin1', 0, PROFILE.length) === PROFILE;
  return {...notes, hasProfile: hasProfile || isProfile};
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

function isOtherFrame(marker: number): boolean {
  const isTable = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
  return marker >= 0xc3 && marker <= 0xcf && !isTable;
}

function readFrame(segment: Buffer, isProgressive: boolean): Frame | undefined {
  if (segment.length < 6 || segment[0] !== 8) return undefined;
  const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
  const components = segment[5] as number;
  return height === 0 || width === 0 ? undefined : {height, width, components, isProgressive};
}

/** The orientation in the first directory of an EXIF segment, where it has one. */
function exifOrientation(segment: Buffer): number | undefined {
  if (segment.toString('latin1', 0, EXIF.length) !== EXIF) return undefined;
  const tiff = segment.subarray(EXIF.length);
  if (tiff.length < 8) return undefined;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
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
