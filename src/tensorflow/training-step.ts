import type {HeadLoss} from './head-loss.js';
import type {NamedShape, NamedTensor, Network, NetworkVariable} from './network.js';
import type {NamedOptimizer} from './optimizer-spec.js';
import type {TensorFlow} from './types.js';

/** What both training steps are made from. */
export type StepOptions = {
  readonly tf: TensorFlow;
  /** With the variables of the model. */
  readonly network: Network<NetworkVariable>;
  readonly optimizer: NamedOptimizer;
  /** One for each head. */
  readonly losses: readonly HeadLoss[];
  /** The largest norm of all gradients together; undefined does not clip them. */
  readonly clipNorm?: number | undefined;
  readonly seed: number;
};

/**
 * A batch as bytes. The step scales the images to 0..1 and makes one-hot vectors of the labels.
 */
export type Batch = {
  /** RGB, row by row: [size * height * width * 3], 0 to 255. */
  readonly images: Uint8Array;
  /** 0 or 1 for each image and head of the model, image by image: [size * heads]. */
  readonly labels: Uint8Array;
  /** Images in the batch, 1 or more; the last of an epoch may be smaller. */
  readonly size: number;
};

/** Sums over one batch; the caller adds them up and divides. */
export type BatchResult = {
  /** Weighted sum of the heads' mean losses, which training minimizes. */
  readonly loss: number;
  /** Mean loss of each head before its weight, in the order of the heads; nats for the cross-entropy. */
  readonly headLosses: readonly number[];
  /** How many images each head classified correctly, in the order of the heads. */
  readonly headCorrect: readonly number[];
};

export type Evaluation = BatchResult & {
  /** Probability of 1 for each image and head, image by image: [size * heads]. */
  readonly probabilities: Float32Array;
};

/** Everything that a step needs to resume as if it had never stopped. */
export type StepState = {
  readonly weights: readonly NamedTensor[];
  /** Slots of the optimizer. */
  readonly optimizer: readonly NamedTensor[];
  /** Steps taken; dropout's masks follow from the seed and this number. */
  readonly steps: number;
};

/**
 * One model with its losses and optimizer, as the training loop sees it. There are two
 * implementations: tfjs's layers, and the compiled graph.
 */
export type TrainingStep = {
  readonly kind: 'layers' | 'graph';
  /** Which weights the state has, and which of them belong to which head. */
  readonly network: Network<NamedShape>;
  /** Updates the weights once. `learningRate` is that of this step. */
  trainBatch(batch: Batch, learningRate: number): Promise<BatchResult>;
  /** Changes nothing; dropout is off, batch normalization uses its moving averages. */
  evaluateBatch(batch: Batch): Promise<Evaluation>;
  /**
   * Logit of 1 minus logit of 0 for each image and head, image by image: [size * heads]. Changes nothing,
   * as `evaluateBatch`; has the digits that a probability near 0 or 1 has lost.
   */
  logOdds(batch: Batch): Promise<Float32Array>;
  getState(): Promise<StepState>;
  setState(state: StepState): Promise<void>;
  /** Puts the current weights into the layers model, for saving and predicting. */
  copyToModel(): Promise<void>;
  dispose(): void;
};
