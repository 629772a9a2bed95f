/*
 * hyparquet trusts what the bytes claim: it allocates a list of two billion entries before it reads
 * the first, and spends minutes on a number of a million bytes. These bytes come from files of
 * other people, so their lengths are checked before hyparquet gets them.
 */

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
  const numbers = new Map<string, number>();
  let end = 0;
  let values = 0;
  const skip = (count: number): number => {
    if (count > bytes.length - end) throw new RangeError('its bytes end too early');
    end += count;
    return bytes[end - 1] as number;
  };
  /** A whole number without a sign; exact up to 2^53. */
  const varint = (): number => {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = skip(1);
      value += (byte & 127) * 2 ** (7 * index);
      if (byte < 128) return value;
    }
    throw new Error('a number is too long');
  };
  const list = (depth: number): void => {
    const head = skip(1);
    const type = head & 15;
    const count = head >> 4 === 15 ? varint() : head >> 4;
    // Every element takes at least a byte.
    if (count > bytes.length - end) {
      throw new Error(`a list claims ${count} elements, more than there are bytes`);
    }
    // In a list, true and false are bytes.
    for (let index = 0; index < count; index++) value(type === 1 || type === 2 ? 3 : type, depth);
  };
  /** @param place Of its fields, with a dot at the end; undefined where numbers are not wanted. */
  const struct = (depth: number, place: string | undefined): void => {
    let field = 0;
    for (let head = skip(1); (head & 15) !== 0; head = skip(1)) {
      field = head >> 4 === 0 ? zigzag(varint()) : field + (head >> 4);
      value(head & 15, depth, place === undefined ? undefined : `${place}${field}`);
    }
  };
  const value = (type: number, depth: number, place?: string): void => {
    if (++values > MAX_VALUES) throw new Error(`it has more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw new Error('its structures are nested too deeply');
    switch (type) {
      case 1:
      case 2: // True and false have no bytes.
        return;
      case 3:
        return void skip(1);
      case 4:
      case 5:
      case 6: {
        const number = zigzag(varint());
        return void (place !== undefined && numbers.set(place, number));
      }
      case 7:
        return void skip(8);
      case 8:
        return void skip(varint());
      case 9:
        return list(depth + 1);
      case 12:
        return struct(depth + 1, place === undefined ? undefined : `${place}.`);
      default:
        throw new Error(`it has a value of the unknown type ${type}`);
    }
  };
  struct(0, collect ? '' : undefined);
  return {end, numbers};
}

/** The signed number that Thrift folds into one without a sign. */
function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
