import {createHash, randomBytes} from 'node:crypto';
import {open, rename, rm} from 'node:fs/promises';
import type {DecodedImages} from '../decode-all.js';

/*
 * One file: 8 bytes of magic, the SHA-256 of everything after it, the length of the header (32 bits,
 * little end first), the header as JSON, the pixels.
 */
const MAGIC = Buffer.from('CTPACK\u0000\u0001', 'latin1');
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 4;
const PREFIX_BYTES = MAGIC.length + DIGEST_BYTES + LENGTH_BYTES;
const MAX_HEADER_BYTES = 64_000_000;
/** Read and written in pieces: one call takes at most 2 GB. */
const PIECE_BYTES = 16_000_000;

type Header = Omit<DecodedImages, 'pixels'> & {readonly bytes: number};

/** Writes decoded pictures beside `file` and moves them there: it appears whole or not at all. */
export async function writePack(file: string, {pixels, ...rest}: DecodedImages): Promise<void> {
  const header = Buffer.from(JSON.stringify({...rest, bytes: pixels.length} satisfies Header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(header.length);
  const hash = createHash('sha256').update(length).update(header);
  for (const piece of pieces(pixels)) hash.update(piece);
  const unfinished = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.unfinished`;
  try {
    const handle = await open(unfinished, 'wx');
    try {
      await handle.writeFile(Buffer.concat([MAGIC, hash.digest(), length, header]));
      for (const piece of pieces(pixels)) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, {force: true});
  }
}

/** What was written; undefined where there is nothing, or anything but exactly that. */
export async function readPack(file: string, bytes: number): Promise<DecodedImages | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const fill = async (target: Uint8Array): Promise<boolean> => {
      for (const piece of pieces(target)) {
        const {bytesRead} = await handle.read(piece, 0, piece.length);
        if (bytesRead < piece.length) return false;
      }
      return true;
    };
    const prefix = Buffer.alloc(PREFIX_BYTES);
    if (!(await fill(prefix)) || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
    const length = prefix.subarray(PREFIX_BYTES - LENGTH_BYTES);
    const headerBytes = length.readUInt32LE();
    const {size} = await handle.stat();
    // Checked before anything of that size is set aside.
    if (headerBytes > MAX_HEADER_BYTES || size !== PREFIX_BYTES + headerBytes + bytes)
      return undefined;
    const header = Buffer.alloc(headerBytes);
    const pixels = new Uint8Array(bytes);
    if (!(await fill(header)) || !(await fill(pixels))) return undefined;
    const hash = createHash('sha256').update(length).update(header);
    for (const piece of pieces(pixels)) hash.update(piece);
    const digest = prefix.subarray(MAGIC.length, MAGIC.length + DIGEST_BYTES);
    if (!hash.digest().equals(digest)) return undefined;
    const {broken, otherSize} = JSON.parse(header.toString()) as Header;
    return {pixels, broken, otherSize};
  } finally {
    await handle.close();
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    yield bytes.subarray(start, start + PIECE_BYTES);
  }
}
