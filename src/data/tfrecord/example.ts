import protobuf from 'protobufjs/minimal.js';

/** An image with its labels, as TensorFlow Datasets writes it. */
type Example = {
  /** The encoded image, a part of the record. */
  readonly image: Uint8Array | undefined;
  readonly fileName: string | undefined;
  /** By the attribute's name; -1, 0 or 1 in well-formed data. */
  readonly labels: ReadonlyMap<string, number>;
  /** Names of all features, for messages. */
  readonly names: readonly string[];
};

const ATTRIBUTE = 'attributes/';
const IMAGES = new Set(['image', 'image/encoded', 'image_raw']);
const FILE_NAMES = new Set(['image/filename', 'filename', 'file_name', 'image_id']);
/** Each costs some memory; an image with a thousand attributes has fewer. */
const MAX_FEATURES = 10_000;
/** Wire type of what brings its own length: messages, texts, bytes, packed numbers. */
const LENGTH_DELIMITED = 2;

/** Reads a `tf.Example`. @throws Error where the bytes are none. */
export function readExample(record: Uint8Array): Example {
  let image: Uint8Array | undefined;
  let fileName: string | undefined;
  const labels = new Map<string, number>();
  const names: string[] = [];
  for (const [name, feature] of featuresOf(record)) {
    if (names.push(name) > MAX_FEATURES) throw new Error(`more than ${MAX_FEATURES} features`);
    if (feature === undefined) continue;
    if (name.startsWith(ATTRIBUTE)) labels.set(name.slice(ATTRIBUTE.length), onlyNumber(feature));
    else if (IMAGES.has(name)) image = onlyBytes(feature);
    else if (FILE_NAMES.has(name)) fileName = textOf(onlyBytes(feature));
  }
  return {image, fileName, labels, names};
}

/**
 * The encoded image in a `tf.Example`; undefined where it has none. Passes over the other features.
 */
export function readImage(record: Uint8Array): Uint8Array | undefined {
  for (const [name, feature] of featuresOf(record)) {
    if (IMAGES.has(name)) return feature && onlyBytes(feature);
  }
  return undefined;
}

function* featuresOf(record: Uint8Array): Generator<readonly [string, Uint8Array | undefined]> {
  for (const features of fieldsOf(record, 1)) {
    for (const entry of fieldsOf(features, 1)) {
      const [name] = fieldsOf(entry, 1);
      const [feature] = fieldsOf(entry, 2);
      yield [textOf(name), feature];
    }
  }
}

/** The contents of the length-delimited fields of one number. */
function* fieldsOf(message: Uint8Array, number: number): Generator<Uint8Array, void> {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === number * 8 + LENGTH_DELIMITED) yield reader.bytes();
    else reader.skipType(tag & 7, 0, tag >>> 3);
  }
}

/** The first value of a list of bytes; undefined where it has none or is another list. */
function onlyBytes(feature: Uint8Array): Uint8Array | undefined {
  const [list] = fieldsOf(feature, 1);
  const [value] = list === undefined ? [] : fieldsOf(list, 1);
  return value;
}

/** The first value of a list of whole numbers, which is packed or not. */
function onlyNumber(feature: Uint8Array): number {
  const [list] = fieldsOf(feature, 3);
  const reader = protobuf.Reader.create(list ?? new Uint8Array());
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const isPacked = tag === 8 + LENGTH_DELIMITED;
    if (isPacked && reader.size() === 0) continue;
    if (isPacked || tag === 8) return Number(reader.int64());
    reader.skipType(tag & 7, 0, tag >>> 3);
  }
  throw new Error('an attribute has no whole number');
}

function textOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
