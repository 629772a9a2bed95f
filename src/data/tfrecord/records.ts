import {maskedCrc32c} from '../../util/crc32c.js';
import {BlockFile} from '../files/block-file.js';

/*
 * The framing of TFRecords (TensorFlow's record_writer), little-endian: the length of the data in
 * 64 bits, its masked CRC-32C, the data, their masked CRC-32C. TensorFlow Datasets and
 * TensorBoard's event files both use it.
 */

const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
/** Longer than any record of an image. */
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

/** Reads a file of records forward. */
export class RecordReader {
  readonly #file: BlockFile;
  /** Number of the next record, from 0. */
  #next = 0;
  #position = 0;

  constructor(file: string) {
    this.#file = new BlockFile(file);
  }

  /** Bytes of the file before the next record. */
  get position(): number {
    return this.#position;
  }

  /**
   * The data of the next record; undefined at the end.
   *
   * @throws Error where the record is damaged or cut off.
   */
  next(): Buffer | undefined {
    if (this.#position >= this.#file.bytes) return undefined;
    const length = this.#length();
    const whole = this.#file.read(this.#position, HEADER_BYTES + length + FOOTER_BYTES);
    const data = whole.subarray(HEADER_BYTES, HEADER_BYTES + length);
    if (maskedCrc32c(data) !== whole.readUInt32LE(HEADER_BYTES + length)) {
      throw this.#damaged('checksum mismatch');
    }
    this.#advance(length);
    return data;
  }

  /**
   * The data of a record by its number, from 0. Records on the way to it are passed over: their
   * lengths are read and checked, their data are not. For an earlier record it starts again at the
   * first.
   */
  read(number: number): Buffer {
    if (number < this.#next) [this.#next, this.#position] = [0, 0];
    while (this.#next < number && this.#position < this.#file.bytes) this.#advance(this.#length(0));
    const data = this.next();
    if (data === undefined) throw this.#damaged('the file ends before it');
    return data;
  }

  close(): void {
    this.#file.close();
  }

  #advance(length: number): void {
    this.#position += HEADER_BYTES + length + FOOTER_BYTES;
    this.#next += 1;
  }

  /** Length of the next record's data. @param ahead Bytes that are read with its header. */
  #length(ahead?: number): number {
    const header = this.#file.read(this.#position, HEADER_BYTES, ahead);
    const isZipped = this.#next === 0 && header[0] === 0x1f && header[1] === 0x8b;
    if (isZipped) throw this.#damaged('the file is compressed; unpack it with gunzip');
    if (header.length < HEADER_BYTES) throw this.#damaged('the file ends in it');
    if (maskedCrc32c(header.subarray(0, 8)) !== header.readUInt32LE(8)) {
      throw this.#damaged(
        /^(<[!a-z]|version https)/i.test(header.toString('latin1'))
          ? 'the file is a web page or a pointer to one that was not fetched'
          : 'checksum mismatch in its length',
      );
    }
    const length = Number(header.readBigUInt64LE(0));
    if (length > MAX_RECORD_BYTES) throw this.#damaged(`it claims ${length} bytes`);
    if (HEADER_BYTES + length + FOOTER_BYTES > this.#file.bytes - this.#position) {
      throw this.#damaged('the file ends in it');
    }
    return length;
  }

  #damaged(what: string): Error {
    return new Error(`record ${this.#next + 1} cannot be read: ${what}`);
  }
}
