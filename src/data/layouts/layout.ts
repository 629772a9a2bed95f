import path from 'node:path';
import type {DataDefinition, LabelKeys} from '../../experiment/schema.js';
import {type Catalogue, type CatalogueContext, fingerprintOf, type Images} from '../catalogue.js';
import type {FileTree} from '../files/file-tree.js';
import {ImageReader} from '../images/image-reader.js';

/** One way of laying out labels and images; `open-catalogue.ts` has the list of them. */
export type Layout = {
  /** Its name in `data.source`. */
  readonly name: Exclude<DataDefinition['source'], 'auto' | 'sample'>;
  /** The files that identify it, in words. */
  readonly expected: string;
  /** Whether a folder or a zip has this layout, by its names alone. */
  readonly recognises: (tree: FileTree) => boolean;
  /**
   * Reads the names of the attributes from the head of a table, its schema or its first record. They
   * may include columns that turn out to hold no labels.
   *
   * @throws UserError as `open`.
   */
  readonly readAttributes: (tree: FileTree, keys?: LabelKeys) => Promise<readonly string[]>;
  /** @throws UserError with exit code 3 where the data is missing or broken. */
  readonly open: (
    tree: FileTree,
    context: CatalogueContext,
    keys?: LabelKeys,
  ) => Promise<Catalogue>;
  /** Looks into a file where the names do not decide; a layout without it fits by its names. */
  readonly fits?: (tree: FileTree) => Promise<boolean>;
};

export type LabelTable = {
  readonly attributes: readonly string[];
  readonly files: readonly string[];
  /** 0, 1 or MISSING, row by row: [files * attributes]. */
  readonly labels: Uint8Array;
};

export type TextTable = LabelTable & {
  /** Hash of the file's content: a cache key for anything that follows from the table alone. */
  readonly hash: string;
};

/** Puts a catalogue together from its parts. */
export function makeCatalogue(
  layout: string,
  root: string,
  {attributes, files, labels}: LabelTable,
  partition: Uint8Array | undefined,
  {absent, holders, locate}: Images,
  readIdentities: Catalogue['readIdentities'] = () => Promise.resolve(undefined),
): Catalogue {
  const reader = new ImageReader();
  /** The reader takes one call at a time. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    layout,
    source: `${layout} ${path.resolve(root)}`,
    place: path.resolve(root),
    attributes,
    files,
    labels,
    partition,
    fingerprint: fingerprintOf(attributes, files, labels, partition),
    absent,
    holders,
    locate,
    readIdentities,
    readImage: position => {
      const image = last.then(() => reader.read(locate(position)));
      last = image.catch(() => {});
      return image;
    },
  };
}
