import {crc32, inflateRawSync} from 'node:zlib';
import {BadImage} from './bad-image.js';
import type {ZipEntryLocation} from './location.js';
import type {OpenFiles} from './open-files.js';

const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = 0x04034b50;

/**
 * The unpacked bytes of a file inside a zip. Never more is unpacked than the entry promised.
 *
 * @throws BadImage where the entry is damaged.
 */
export function readZipEntry(files: OpenFiles, location: ZipEntryLocation): Buffer {
  const {file, start, length, method, unpackedLength} = location;
  const header = files.read(file, start, LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) {
    throw new BadImage('the zip is damaged where it begins');
  }
  const skipped = header.readUInt16LE(26) + header.readUInt16LE(28);
  const stored = files.read(file, start + LOCAL_HEADER_BYTES + skipped, length);
  if (stored.length < length) throw new BadImage('the zip is cut off in the middle of it');
  const bytes = method === 'stored' ? stored : inflate(stored, unpackedLength);
  if (bytes.length !== unpackedLength || crc32(bytes) !== location.crc32) {
    throw new BadImage('it is damaged: its checksum in the zip is another');
  }
  return bytes;
}

function inflate(stored: Buffer, unpackedLength: number): Buffer {
  try {
    return inflateRawSync(stored, {maxOutputLength: Math.max(unpackedLength, 1)});
  } catch (error) {
    throw new BadImage('it is damaged: it cannot be unpacked from the zip', {cause: error});
  }
}
