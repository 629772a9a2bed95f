/*
 * hyparquet believes what the bytes claim: a list of two billion entries is allocated before the
 * first of them is read, and a number of a million bytes is put together for minutes. These bytes
 * come from a file that others made, so they are walked through once before hyparquet sees them.
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

/**
 * Checks a struct in Thrift's compact protocol: every length lies within the bytes, numbers and
 * nesting are of a possible size, and the values are not too many to be kept as objects.
 *
 * @param start Where the struct begins.
 * @returns     Where it ends.
 * @throws Error that says what is wrong; RangeError where the bytes end too early.
 */
export function checkThrift(bytes: Uint8Array, start = 0): number {
  const walk = new ThriftWalk(bytes, start);
  walk.struct(0);
  return walk.at;
}

class ThriftWalk {
  readonly #bytes: Uint8Array;
  at: number;
  #values = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  struct(depth: number): void {
    if (depth > MAX_DEPTH) throw new Error('its structures are nested too deeply');
    for (;;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return;
      if (head >> 4 === 0) this.#varint();
      this.#value(type, depth);
    }
  }

  #value(type: number, depth: number): void {
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
      case I64:
        this.#varint();
        return;
      case DOUBLE:
        return this.#skip(8);
      case BINARY:
        return this.#skip(this.#varint());
      case LIST:
        return this.#list(depth + 1);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw new Error(`it has a value of the unknown type ${type}`);
    }
  }

  #list(depth: number): void {
    if (depth > MAX_DEPTH) throw new Error('its structures are nested too deeply');
    const head = this.#byte();
    const type = head & 15;
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes a byte at least.
    if (count > this.#bytes.length - this.at) {
      throw new Error(`a list claims ${count} elements, more than there are bytes`);
    }
    const isFlag = type === TRUE || type === FALSE;
    for (let index = 0; index < count; index++) this.#value(isFlag ? BYTE : type, depth);
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
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new RangeError('its bytes end too early');
    this.at += 1;
    return byte;
  }

  #skip(count: number): void {
    if (count > this.#bytes.length - this.at) throw new RangeError('its bytes end too early');
    this.at += count;
  }
}
