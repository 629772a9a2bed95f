import type {FileMetaData} from 'hyparquet';
import {messageOf} from '../../util/user-error.js';
import {BadImage} from '../images/bad-image.js';
import type {ParquetLocation} from '../images/location.js';
import type {OpenFiles} from '../images/open-files.js';
import {footerLength, parseFooter, pictureColumns, TAIL_BYTES} from './open-parquet.js';
import {PageWalker} from './page-walker.js';

const WALKERS = 4;

/** Reads single images out of parquet files; keeps footers, and a page of a few row groups. */
export class ParquetImages {
  readonly #files: OpenFiles;
  readonly #footers = new Map<string, FileMetaData>();
  readonly #walkers = new Map<string, PageWalker>();

  constructor(files: OpenFiles) {
    this.#files = files;
  }

  /** @throws BadImage where the row has none, or its page is damaged. */
  read({file, group, row}: ParquetLocation): Buffer {
    let image: unknown;
    try {
      image = this.#walker(file, group).valueAt(row);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
      throw new BadImage(`its page in the parquet file is damaged: ${messageOf(error)}`, {
        cause: error,
      });
    }
    if (!(image instanceof Uint8Array)) throw new BadImage('its row has no image');
    return Buffer.from(image);
  }

  #walker(file: string, group: number): PageWalker {
    const key = `${group}:${file}`;
    const known = this.#walkers.get(key);
    if (known !== undefined) return known;
    const metadata = this.#footer(file);
    const rows = metadata.row_groups[group];
    if (rows === undefined) throw new Error('the row group is not there');
    const read = (start: number, length: number): Buffer => this.#files.read(file, start, length);
    const walker = new PageWalker(read, metadata, rows, pictureColumns(metadata, file).bytes);
    const [oldest] = this.#walkers.keys();
    if (this.#walkers.size >= WALKERS && oldest !== undefined) this.#walkers.delete(oldest);
    this.#walkers.set(key, walker);
    return walker;
  }

  #footer(file: string): FileMetaData {
    const known = this.#footers.get(file);
    if (known !== undefined) return known;
    const size = this.#files.size(file);
    const tail = this.#files.read(file, size - TAIL_BYTES, TAIL_BYTES);
    const length = footerLength(tail, size) + TAIL_BYTES;
    const metadata = parseFooter(this.#files.read(file, size - length, length));
    this.#footers.set(file, metadata);
    return metadata;
  }
}
