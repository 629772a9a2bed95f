import {open} from 'node:fs/promises';
import {fsPath} from '../../util/raw-names.js';
import {maskedCrc32c} from '../../util/crc32c.js';
import {dataError} from '../layouts/text-file.js';

/*
 * The framing of TFRecords (TensorFlow's record_writer), little-endian: the length of the data in 64
 * bits, its masked CRC-32C, the data, their masked CRC-32C. TensorFlow Datasets and TensorBoard's event
 * files both use it.
 */

const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
const BLOCK_BYTES = 1 << 22;
/** A longer record is none of images. */
const MAX_RECORD_BYTES = 100_000_000;

/** Frames data as one record. */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER_BYTES + data.length + FOOTER_BYTES);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, HEADER_BYTES);
  record.writeUInt32LE(maskedCrc32c(data), HEADER_BYTES + data.length);
  return record;
}

/** One record: its bytes, and where they begin in the file. They hold until the next is asked for. */
type FileRecord = {readonly bytes: Buffer; readonly start: number};

/**
 * The records of a file, each checked against its checksums, in blocks of some megabytes.
 *
 * @throws UserError where one is damaged or cut off.
 */
export async function* readRecords(file: string): AsyncGenerator<FileRecord, void, undefined> {
  const handle = await open(fsPath(file), 'r');
  try {
    const {size} = await handle.stat();
    let block = Buffer.alloc(0);
    let blockStart = 0;
    const load = async (at: number, length: number): Promise<Buffer> => {
      if (at < blockStart || at + length > blockStart + block.length) {
        const wanted = Math.min(Math.max(BLOCK_BYTES, length), size - at);
        const next = Buffer.allocUnsafe(wanted);
        const {bytesRead} = await handle.read(next, 0, wanted, at);
        [block, blockStart] = [next.subarray(0, bytesRead), at];
      }
      return block.subarray(at - blockStart, at - blockStart + length);
    };
    let number = 0;
    for (let at = 0; at < size; number++) {
      const header = await load(at, HEADER_BYTES);
      const length = recordLength(header, file, number, size - at);
      const whole = await load(at, HEADER_BYTES + length + FOOTER_BYTES);
      const bytes = whole.subarray(HEADER_BYTES, HEADER_BYTES + length);
      if (maskedCrc32c(bytes) !== whole.readUInt32LE(HEADER_BYTES + length)) {
        throw damaged(file, number, 'its checksum is another');
      }
      yield {bytes, start: at + HEADER_BYTES};
      at += HEADER_BYTES + length + FOOTER_BYTES;
    }
  } finally {
    await handle.close();
  }
}

function recordLength(header: Buffer, file: string, number: number, rest: number): number {
  const isZipped = number === 0 && header[0] === 0x1f && header[1] === 0x8b;
  if (isZipped) throw damaged(file, number, 'the file is compressed; unpack it with gunzip');
  if (header.length < HEADER_BYTES) throw damaged(file, number, 'the file ends in it');
  if (maskedCrc32c(header.subarray(0, 8)) !== header.readUInt32LE(8)) {
    const text = header.toString('latin1');
    throw damaged(
      file,
      number,
      /^(<[!a-z]|version https)/i.test(text)
        ? 'the file is a web page or a pointer to one that was not fetched'
        : 'the checksum of its length is another',
    );
  }
  const length = Number(header.readBigUInt64LE(0));
  if (length > MAX_RECORD_BYTES) throw damaged(file, number, `it claims ${length} bytes`);
  if (HEADER_BYTES + length + FOOTER_BYTES > rest) {
    throw damaged(file, number, 'the file ends in it');
  }
  return length;
}

function damaged(file: string, number: number, what: string): Error {
  return dataError(`${file}: record ${number + 1} cannot be read: ${what}.`, 'Download it again.');
}
