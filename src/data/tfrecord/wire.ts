/** The bytes are no message of protocol buffers. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** One field of a message: a whole number, or where its bytes are. */
type WireField = {
  readonly number: number;
  readonly value: number | undefined;
  /** From the start of the whole buffer. */
  readonly start: number;
  readonly end: number;
};

const MAX_VARINT_BYTES = 10;
/** A record of a thousand attributes has fewer; each costs a hundred bytes of memory. */
const MAX_FIELDS = 100_000;
/** Bytes of the fields that are neither numbers nor bring their own length. */
const FIXED_BYTES: Readonly<Record<number, number>> = {1: 8, 5: 4};

/**
 * The fields of a message between two places of a buffer, in order. Nothing is read outside of it,
 * whatever lengths it claims: a field that reaches further is an error, never a shorter value.
 */
export function wireFields(bytes: Uint8Array, start: number, end: number): WireField[] {
  const fields: WireField[] = [];
  const cursor = {at: start};
  while (cursor.at < end) {
    if (fields.length === MAX_FIELDS) throw new WireError(`it has more than ${MAX_FIELDS} fields`);
    const key = readVarint(bytes, cursor, end);
    const number = key >>> 3;
    const kind = key & 7;
    if (key < 8 || key > 0xffffffff) throw new WireError('a field has no number');
    if (kind === 0) {
      const value = readVarint(bytes, cursor, end);
      fields.push({number, value, start: cursor.at, end: cursor.at});
      continue;
    }
    const length = kind === 2 ? readVarint(bytes, cursor, end) : FIXED_BYTES[kind];
    if (length === undefined) throw new WireError(`a field has the unknown kind ${kind}`);
    if (length < 0 || length > end - cursor.at) {
      throw new WireError('a field reaches beyond its message');
    }
    fields.push({number, value: undefined, start: cursor.at, end: cursor.at + length});
    cursor.at += length;
  }
  return fields;
}

/** The first of the whole numbers that are packed one after another; undefined where there is none. */
export function firstPackedNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
): number | undefined {
  return start < end ? readVarint(bytes, {at: start}, end) : undefined;
}

/** A whole number of 64 bits with its sign; exact up to 2^53. */
function readVarint(bytes: Uint8Array, cursor: {at: number}, end: number): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < MAX_VARINT_BYTES * 7; shift += 7) {
    if (cursor.at >= end) throw new WireError('a number is cut off');
    const byte = bytes[cursor.at++] as number;
    const bits = byte & 127;
    if (shift < 32) low |= bits << shift;
    if (shift === 28) high |= bits >>> 4;
    if (shift >= 35) high |= bits << (shift - 32);
    if (byte < 128) return high * 2 ** 32 + (low >>> 0);
  }
  throw new WireError('a number is too long');
}
