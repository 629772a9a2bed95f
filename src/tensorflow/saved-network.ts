import type {LayerSpec} from './network.js';

/** A learned array of a network, with its values. */
export type SavedWeight = {
  /** Such as `conv2d/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
};

export type SavedLayer = Omit<LayerSpec, 'weights'> & {
  /** Without the batch. */
  readonly outputShape: readonly number[];
  readonly weights: readonly SavedWeight[];
};

/** A softmax over [0, 1] on the trunk. */
export type SavedHead = {
  readonly name: string;
  /** [inputs, 2] */
  readonly kernel: SavedWeight;
  /** [2] */
  readonly bias: SavedWeight;
};

/**
 * A trained network as plain data: what computes, draws or translates it needs no TensorFlow to
 * hold it. The layers of the trunk follow one another; every head is on the last of them.
 */
export type SavedNetwork = {
  /** Name of the model, such as `multi-output`. */
  readonly name: string;
  /** [height, width, channels] */
  readonly inputShape: readonly number[];
  readonly trunk: readonly SavedLayer[];
  readonly heads: readonly SavedHead[];
};
