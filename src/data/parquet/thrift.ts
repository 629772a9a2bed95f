/*
 * hyparquet trusts what the bytes claim: it allocates a list of two billion entries before it reads
 * the first, and spends minutes on a number of a million bytes. These bytes come from files of
 * other people, so they are walked through before hyparquet gets them.
 */

const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

const MAX_DEPTH = 24;
const MAX_VARINT_BYTES = 10;
/** The footer of a file with 2,000 row groups of 45 columns has 2.5 million. */
const MAX_VALUES = 5_000_000;

/** The whole numbers of a struct, by their place: `5.1` is field 1 of the struct in field 5. */
export type ThriftNumbers = ReadonlyMap<string, number>;

/**
 * Checks a struct in Thrift's compact protocol: every length lies within the bytes, numbers and
 * nesting have a possible size, and the values are few enough to be kept as objects.
 *
 * @param collect Whether its whole numbers are wanted, outside of lists.
 * @returns Where it ends.
 * @throws Error that says what is wrong; RangeError where the bytes end too early.
 */
export function checkThrift(
  bytes: Uint8Array,
  collect = false,
): {readonly end: number; readonly numbers: ThriftNumbers} {
  const walk = new ThriftWalk(bytes);
  walk.struct(0, collect ? '' : undefined);
  return {end: walk.position, numbers: walk.numbers};
}

class ThriftWalk {
  readonly #bytes: Uint8Array;
  readonly numbers = new Map<string, number>();
  position = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param place Of its fields, with a dot at the end; undefined where numbers are not wanted. */
  struct(depth: number, place: string | undefined): void {
    if (depth > MAX_DEPTH) throw new Error('its structures are nested too deeply');
    let field = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return;
      field = head >> 4 === 0 ? zigzag(this.#varint()) : field + (head >> 4);
      this.#value(type, depth, place === undefined ? undefined : `${place}${field}`);
    }
  }

  #value(type: number, depth: number, place: string | undefined): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new Error(`it has more than ${MAX_VALUES} values`);
    switch (type) {
      case TRUE:
      case FALSE:
        return;
      case BYTE:
        return this.#skip(1);
      case I16:
      case I32:
      case I64: {
        const number = zigzag(this.#varint());
        if (place !== undefined) this.numbers.set(place, number);
        return;
      }
      case DOUBLE:
        return this.#skip(8);
      case BINARY:
        return this.#skip(this.#varint());
      case LIST:
        return this.#list(depth + 1);
      case STRUCT:
        return this.struct(depth + 1, place === undefined ? undefined : `${place}.`);
      default:
        throw new Error(`it has a value of the unknown type ${type}`);
    }
  }

  #list(depth: number): void {
    if (depth > MAX_DEPTH) throw new Error('its structures are nested too deeply');
    const head = this.#byte();
    const type = head & 15;
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes at least a byte.
    if (count > this.#bytes.length - this.position) {
      throw new Error(`a list claims ${count} elements, more than there are bytes`);
    }
    const isFlag = type === TRUE || type === FALSE;
    for (let index = 0; index < count; index++) this.#value(isFlag ? BYTE : type, depth, undefined);
  }

  /** A whole number without a sign; exact up to 2^53. */
  #varint(): number {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** (7 * index);
      if (byte < 128) return value;
    }
    throw new Error('a number is too long');
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw new RangeError('its bytes end too early');
    this.position += 1;
    return byte;
  }

  #skip(count: number): void {
    if (count > this.#bytes.length - this.position) throw new RangeError('its bytes end too early');
    this.position += count;
  }
}

/** The signed number that Thrift folds into one without a sign. */
function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
