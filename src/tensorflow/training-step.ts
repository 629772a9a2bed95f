import type {AffinityMethod} from './head-affinity.js';
import type {HeadLoss, MixedImages} from './head-loss.js';
import type {NamedShape, NamedTensor, Network, NetworkVariable} from './network.js';
import {AVERAGE, type UpdateRule} from './optimizer-spec.js';
import type {TensorFlow} from './types.js';

export type Precision = 'float32' | 'bfloat16';

/** What both training steps are made from. */
export type StepOptions = UpdateRule & {
  readonly tf: TensorFlow;
  /** With the variables of the model. */
  readonly network: Network<NetworkVariable>;
  /** One for each head. */
  readonly losses: readonly HeadLoss[];
  /** In which convolutions and products compute. */
  readonly precision?: Precision | undefined;
  readonly seed: number;
  /** How a step compares the heads where it is asked to; undefined: it cannot be asked. */
  readonly affinity?: AffinityMethod | undefined;
  /** Whether the images of training batches are mixed. */
  readonly mixup?: boolean | undefined;
};

/**
 * A batch as bytes. The step scales the images to 0..1 and makes one-hot vectors of the labels.
 */
export type Batch = {
  /**
   * RGB, row by row: [size * height * width * 3], 0 to 255; the bytes of float32 values where the network
   * takes features.
   */
  readonly images: Uint8Array;
  /** The class or MISSING for each image and head of the model, image by image: [size * heads]. */
  readonly labels: Uint8Array;
  /** Images in the batch, 1 or more; the last of an epoch may be smaller. */
  readonly size: number;
  /**
   * Where images are mixed (mixup): the label of an image is MISSING, too, where that of the image mixed in
   * is.
   */
  readonly mixed?: MixedImages | undefined;
};

/** The place of a batch among those whose gradients are averaged for one update. */
export type UpdateGroup = {
  /** 0 for the first. */
  readonly index: number;
  /** Images of the group so far, with those of this batch. */
  readonly images: number;
  /** Whether the weights are updated after this batch. */
  readonly isLast: boolean;
};

/** Sums over one batch; the caller adds them up and divides. */
export type BatchResult = {
  /** Sum of the heads' mean losses with `training.lossWeights`, whatever `training.balance` is. */
  readonly loss: number;
  /**
   * Mean loss of each head before its weight, in the order of the heads; nats for the cross-entropy. 0
   * where no label of the batch is known.
   */
  readonly headLosses: readonly number[];
  /**
   * How many images each head classified correctly, in the order of the heads; of a mixed image, by the label
   * that weighs more.
   */
  readonly headCorrect: readonly number[];
  /** Weight that `training.balance` gave the loss of each head; absent without it. */
  readonly weights?: readonly number[] | undefined;
  /**
   * Affinity of the heads, by `cosines` or `lookAhead`, before the update: [heads * heads], rows are the
   * heads that are affected, columns those that help. Undefined where it was not asked for.
   */
  readonly affinity?: Float64Array | undefined;
};

export type Evaluation = BatchResult & {
  /**
   * Probability of 1 for each image and head, image by image: [size * heads]; of the predicted class for a
   * head with more than two.
   */
  readonly probabilities: Float32Array;
  /**
   * The most probable class for each image and head: [size * heads]; undefined where all heads have two.
   */
  readonly predicted?: Uint8Array | undefined;
};

/** Everything that a step needs to resume as if it had never stopped. */
export type StepState = {
  readonly weights: readonly NamedTensor[];
  /**
   * Slots of the weights (see `slotNames`): of the optimizer, sums of gradients, moving averages; and what
   * the balance of the heads has learned.
   */
  readonly optimizer: readonly NamedTensor[];
  /** Updates of the weights; dropout's masks follow from the seed, this number and the place in a group. */
  readonly steps: number;
};

/** The weights that evaluation uses and that are saved: the moving averages where a step keeps them. */
export function evaluatedWeights({weights, optimizer}: StepState): readonly NamedTensor[] {
  const slots = new Map(optimizer.map(slot => [slot.name, slot]));
  return weights.map(weight => ({
    ...weight,
    values: (slots.get(`${weight.name}/${AVERAGE}`) ?? weight).values,
  }));
}

/** Returns the state in which these are the weights, of training and of evaluation. */
export function withWeights(state: StepState, weights: readonly NamedTensor[]): StepState {
  const averages = new Map(weights.map(({name, values}) => [`${name}/${AVERAGE}`, values]));
  const optimizer = state.optimizer.map(slot => ({
    ...slot,
    values: averages.get(slot.name) ?? slot.values,
  }));
  return {...state, weights, optimizer};
}

/** The number of a batch, from 1, from which dropout's masks follow. @param steps Updates before it. */
export function batchNumber({accumulate = 1}: UpdateRule, steps: number, index: number): number {
  return steps * accumulate + index + 1;
}

/**
 * One model with its losses and optimizer, as the training loop sees it. There are two
 * implementations: tfjs's layers, and the compiled graph.
 */
export type TrainingStep = {
  readonly kind: 'layers' | 'graph';
  /** Which weights the state has, and which of them belong to which head. */
  readonly network: Network<NamedShape>;
  /**
   * Updates the weights, or adds to the gradients of the next update.
   *
   * @param learningRate That of the update.
   * @param group        Undefined for a batch that is an update by itself.
   * @param measure      Whether to compare the heads, too.
   */
  trainBatch(
    batch: Batch,
    learningRate: number,
    group?: UpdateGroup,
    measure?: boolean,
  ): Promise<BatchResult>;
  /**
   * Changes nothing; dropout is off, batch normalization uses its moving averages. The weights are
   * `evaluatedWeights`.
   */
  evaluateBatch(batch: Batch): Promise<Evaluation>;
  /**
   * Logit of 1 minus logit of 0 for each image and head, image by image: [size * heads]. Changes nothing,
   * as `evaluateBatch`; has the digits that a probability near 0 or 1 has lost.
   */
  logOdds(batch: Batch): Promise<Float32Array>;
  /** Takes the mean training loss of each head in an epoch that has ended, for the balance of the next. */
  endEpoch(headLosses: readonly number[]): void;
  getState(): Promise<StepState>;
  setState(state: StepState): Promise<void>;
  /** Puts the current weights, without their averages, into the layers model, for saving and predicting. */
  copyToModel(): Promise<void>;
  dispose(): void;
};
