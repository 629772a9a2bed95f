import {firstPackedNumber, WireError, wireFields} from './wire.js';

/** An image with its labels, as TensorFlow Datasets writes it. */
export type Example = {
  /** Where the encoded image is within the record. */
  readonly image: readonly [start: number, end: number] | undefined;
  readonly fileName: string | undefined;
  /** By the attribute's name; -1, 0 or 1 where the data is what it should be. */
  readonly labels: ReadonlyMap<string, number>;
  /** Every feature, for messages. */
  readonly names: readonly string[];
};

const ATTRIBUTE = 'attributes/';
const IMAGES = new Set(['image', 'image/encoded', 'image_raw']);
const FILE_NAMES = new Set(['image/filename', 'filename', 'file_name', 'image_id']);

/** Reads a `tf.Example`. @throws WireError where the bytes are none. */
export function readExample(record: Buffer): Example {
  let image: Example['image'];
  let fileName: string | undefined;
  const labels = new Map<string, number>();
  const names: string[] = [];
  for (const features of messages(record, 0, record.length, 1)) {
    for (const entry of messages(record, features[0], features[1], 1)) {
      const {name, feature} = readEntry(record, entry);
      names.push(name);
      if (feature === undefined) continue;
      if (name.startsWith(ATTRIBUTE)) {
        labels.set(name.slice(ATTRIBUTE.length), onlyNumber(record, feature));
      } else if (IMAGES.has(name)) image = onlyBytes(record, feature);
      else if (FILE_NAMES.has(name)) {
        const [start, end] = onlyBytes(record, feature) ?? [0, 0];
        fileName = record.toString('utf8', start, end);
      }
    }
  }
  return {image, fileName, labels, names};
}

type Place = readonly [start: number, end: number];

/** The messages in the fields of one number. */
function* messages(record: Buffer, start: number, end: number, number: number): Generator<Place> {
  for (const field of wireFields(record, start, end)) {
    if (field.number === number && field.value === undefined) yield [field.start, field.end];
  }
}

function readEntry(
  record: Buffer,
  [start, end]: Place,
): {name: string; feature: Place | undefined} {
  let name = '';
  let feature: Place | undefined;
  for (const field of wireFields(record, start, end)) {
    if (field.number === 1) name = record.toString('utf8', field.start, field.end);
    if (field.number === 2) feature = [field.start, field.end];
  }
  return {name, feature};
}

/** The one value of a list of bytes; undefined where it has none or is another list. */
function onlyBytes(record: Buffer, [start, end]: Place): Place | undefined {
  for (const list of messages(record, start, end, 1)) {
    const [value] = [...messages(record, list[0], list[1], 1)];
    return value;
  }
  return undefined;
}

/** The one value of a list of whole numbers. */
function onlyNumber(record: Buffer, [start, end]: Place): number {
  for (const list of messages(record, start, end, 3)) {
    for (const field of wireFields(record, list[0], list[1])) {
      const value = field.value ?? firstPackedNumber(record, field.start, field.end);
      if (field.number === 1 && value !== undefined) return value;
    }
  }
  throw new WireError('an attribute has no whole number');
}
