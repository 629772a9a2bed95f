/** Values of `Catalogue.partition`, as in CelebA's own file. */
export const partitions = {train: 0, validation: 1, test: 2} as const;

/**
 * What a data set holds, whatever its layout: names and labels of all images in memory, compact;
 * the pictures themselves on demand.
 */
export type Catalogue = {
  /** Such as `CelebA folder data/celeba`. */
  readonly source: string;
  readonly attributes: readonly string[];
  /** Base names in the order of the label file. */
  readonly files: readonly string[];
  /** 0 or 1, image by image: [files * attributes]. */
  readonly labels: Uint8Array;
  /** 0 train, 1 validation, 2 test for each image; undefined where the data brings no partition. */
  readonly partition: Uint8Array | undefined;
  /** Changes when labels, names or partition change. */
  readonly fingerprint: string;
  /** The encoded picture at a position. Rejects where the file cannot be read. */
  readImage(position: number): Promise<Buffer>;
};

export type CatalogueContext = {
  readonly onWarning: (message: string) => void;
};
