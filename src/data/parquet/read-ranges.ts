import type {AsyncBuffer} from 'hyparquet';

/** Bytes of a file, from `start` up to `end`. */
export type ByteRange = {readonly start: number; readonly end: number};

/** Ranges so near to each other are read together: one request to a server. */
const MAX_GAP_BYTES = 1_000_000;
const MAX_TOGETHER_BYTES = 32_000_000;
/** A million labels that do not compress at all. */
const MAX_RANGE_BYTES = 200_000_000;

/**
 * Reads some parts of a file, with few requests where they are near to each other.
 *
 * @returns The bytes of each range, in the order of the ranges.
 * @throws Error where a range is not possible.
 */
export async function readRanges(
  file: AsyncBuffer,
  ranges: readonly ByteRange[],
): Promise<Uint8Array[]> {
  for (const {start, end} of ranges) {
    const isInside =
      Number.isSafeInteger(start) && start >= 0 && end >= start && end <= file.byteLength;
    if (!isInside) throw new RangeError(`the bytes ${start} to ${end} are not in the file`);
    if (end - start > MAX_RANGE_BYTES) throw new Error(`a column claims ${end - start} bytes`);
  }
  const result: Uint8Array[] = [];
  for (const group of nearRanges(ranges)) {
    const start = Math.min(...group.map(({range}) => range.start));
    const end = Math.max(...group.map(({range}) => range.end));
    const bytes = new Uint8Array(await file.slice(start, end));
    for (const {range, index} of group) {
      result[index] = bytes.subarray(range.start - start, range.end - start);
    }
  }
  return result;
}

type IndexedRange = {readonly range: ByteRange; readonly index: number};

function nearRanges(ranges: readonly ByteRange[]): IndexedRange[][] {
  const sorted = ranges
    .map((range, index) => ({range, index}))
    .sort((a, b) => a.range.start - b.range.start);
  const groups: IndexedRange[][] = [];
  for (const next of sorted) {
    const group = groups.at(-1);
    const first = group?.[0]?.range.start ?? 0;
    const last = group?.at(-1)?.range.end ?? 0;
    const isNear =
      next.range.start - last <= MAX_GAP_BYTES && next.range.end - first <= MAX_TOGETHER_BYTES;
    if (group !== undefined && isNear) group.push(next);
    else groups.push([next]);
  }
  return groups;
}
