/** Images and labels ready for training, every image of one size, as bytes. */
export type ImageSet = {
  /** Base names, in the order of the set; unique. */
  readonly files: readonly string[];
  /** 0 or 1 for each image and head, image by image: [count * heads]. */
  readonly labels: Uint8Array;
  readonly count: number;
  /** Copies the images at these positions, one after another, into `target`. */
  read(positions: ArrayLike<number>, target: Uint8Array): Promise<void>;
};

/** What `loadDataset` gives a trainer. */
export type Dataset = {
  readonly heads: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly train: ImageSet;
  readonly validation: ImageSet;
  /** Which layout was read, and from where, for people. */
  readonly source: string;
  /**
   * Changes when the chosen images' names, their labels, the split or the input size change, and
   * with nothing else: another decoder, cache or machine gives the same.
   */
  readonly fingerprint: string;
  /** Whether a run recorded this for the same data; early runs counted the decoder in. */
  readonly isFingerprint: (recorded: string) => boolean;
  /** What made the pixels of the images, and in which version: others differ by single levels. */
  readonly decoder: string;
  /** What the images give cause to warn of: sizes, and heads with one class. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
};
