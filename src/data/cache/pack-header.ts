import {crc32} from 'node:zlib';
import {z} from 'zod';
import {HEADER_BYTES} from './pack-layout.js';

const MAGIC = Buffer.from('CTPACK\u0000\u0002', 'latin1');
const VERSION_BYTES = 2;
const MAX_SOURCE = 1000;

const Header = z.object({
  /** Images of the catalogue. */
  count: z.number().int().min(1).max(100_000_000),
  height: z.number().int().min(1).max(65_535),
  width: z.number().int().min(1).max(65_535),
  decoder: z.string(),
  /** Layout and place of the data, for people. */
  source: z.string(),
});
export type PackHeader = z.infer<typeof Header>;

export function encodeHeader(header: PackHeader): Buffer {
  const json = Buffer.from(JSON.stringify({...header, source: header.source.slice(0, MAX_SOURCE)}));
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(json.length, MAGIC.length);
  bytes.writeUInt32LE(crc32(json), MAGIC.length + 4);
  json.copy(bytes, MAGIC.length + 8);
  return bytes;
}

/** undefined where the bytes are not those of a pack. */
export function decodeHeader(bytes: Buffer): PackHeader | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  const start = MAGIC.length + 8;
  const json = bytes.subarray(start, start + bytes.readUInt32LE(MAGIC.length));
  if (crc32(json) !== bytes.readUInt32LE(MAGIC.length + 4)) return undefined;
  try {
    return Header.parse(JSON.parse(json.toString()));
  } catch {
    return undefined;
  }
}

/** Whether a file that begins like this is a pack, of whatever version. */
export function isPack(bytes: Buffer): boolean {
  const name = MAGIC.length - VERSION_BYTES;
  return bytes.subarray(0, name).equals(MAGIC.subarray(0, name));
}
