/**
 * Reads TensorBoard's event files without anything of the program: the framing and its sums bit by
 * bit, and protobuf's wire format as far as events use it.
 */
import {readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';

type ReadScalar = {readonly tag: string; readonly step: number; readonly value: number};
type ReadEvents = {
  readonly versions: readonly string[];
  readonly scalars: readonly ReadScalar[];
  /** Tags of values that a plugin reads, with its name and its data. */
  readonly plugins: readonly {readonly tag: string; readonly name: string; readonly data: Buffer}[];
  /** Bytes at the end that are no whole record. */
  readonly rest: number;
};

/** All event files of a folder, in the order of their names. */
export function readEventFolder(folder: string): ReadEvents[] {
  return readdirSync(folder)
    .filter(name => name.includes('.tfevents.'))
    .sort()
    .map(name => readEvents(readFileSync(path.join(folder, name))));
}

function readEvents(bytes: Buffer): ReadEvents {
  const versions: string[] = [];
  const scalars: ReadScalar[] = [];
  const plugins: {tag: string; name: string; data: Buffer}[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (at + 16 + length > bytes.length) break;
    checkSum(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    checkSum(data, bytes.readUInt32LE(at + 12 + length));
    at += 16 + length;
    const event = fieldsOf(data);
    const step = Number(event.get(2)?.[0] ?? 0);
    versions.push(...(event.get(3) ?? []).map(text => (text as Buffer).toString()));
    for (const value of summaryValues(event)) readValue(value, step, scalars, plugins);
  }
  return {versions, scalars, plugins, rest: bytes.length - at};
}

function summaryValues(event: ReadonlyMap<number, Field[]>): Map<number, Field[]>[] {
  const summaries = (event.get(5) ?? []).map(summary => fieldsOf(summary as Buffer));
  return summaries.flatMap(summary =>
    (summary.get(1) ?? []).map(value => fieldsOf(value as Buffer)),
  );
}

function readValue(
  parts: ReadonlyMap<number, Field[]>,
  step: number,
  scalars: ReadScalar[],
  plugins: {tag: string; name: string; data: Buffer}[],
): void {
  const tag = (parts.get(1)?.[0] as Buffer).toString();
  const simple = parts.get(2)?.[0] as Buffer | undefined;
  if (simple !== undefined) scalars.push({tag, step, value: simple.readFloatLE()});
  for (const metadata of parts.get(9) ?? []) {
    const plugin = fieldsOf(fieldsOf(metadata as Buffer).get(1)?.[0] as Buffer);
    const [name, data] = [plugin.get(1)?.[0] as Buffer, plugin.get(2)?.[0] as Buffer];
    plugins.push({tag, name: name.toString(), data});
  }
}

function checkSum(data: Uint8Array, masked: number): void {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0x82f63b78 & -(crc & 1));
  }
  crc = ~crc >>> 0;
  const expected = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  if (expected !== masked) throw new Error(`a sum is ${masked}; expected ${expected}`);
}

type Field = Buffer | bigint;

/** Numbers of fields with their values: lengths and fixed sizes as bytes, varints as numbers. */
function fieldsOf(bytes: Buffer): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const kind = key & 7;
    let value: Field;
    if (kind === 0) value = varint();
    else {
      const length = kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4;
      value = bytes.subarray(at, at + length);
      at += length;
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}
