import {
  isGradientMethod,
  type BalanceMethod,
  type GradientMethod,
} from '../../experiment/balance-methods.js';
import {countKnown} from '../../experiment/missing-label.js';
import {deriveSeed, seededRandom, shuffled} from '../../util/random.js';
import type {HeadLoss} from '../head-loss.js';
import {tensorNamed, type NamedTensor} from '../network.js';
import {gradientWeights} from './gradient-weights.js';
import {adamStep, type Learned} from './learned-weights.js';
import {
  averageWeights,
  famoGradient,
  famoWeights,
  geometricWeights,
  randomWeights,
} from './loss-weights.js';

/** Measured on a batch with the current weights of the network. */
type Measured = {
  /** Mean loss of each head, before its weight. */
  readonly losses: readonly number[];
};

/** A batch before it is trained on. */
export type UpcomingBatch = {
  /** Number of the update that it is part of, from 1. */
  readonly update: number;
  /** How many images of the batch count for each head. */
  readonly counts: readonly number[];
  /** Passes forward through the network; only some methods ask. */
  readonly measure: () => Measured;
  /** Inner products of the gradients of the heads' losses by what they share: [heads * heads]. */
  readonly products: () => ArrayLike<number>;
};

/** A batch after it was trained on. */
type TrainedBatch = UpcomingBatch & {
  /** Mean loss of each head with the weights of the network before. */
  readonly losses: readonly number[];
  readonly learningRate: number;
  /** Whether the weights of the network were updated. */
  readonly isUpdate: boolean;
};

/** Rate and decay of FAMO's logits: those of the authors' script for CelebA. */
const FAMO = {rate: 0.025, decay: 0.01} as const;

const PREFIX = 'balance/';
/** Numbers that are learned, with what Adam keeps for them. */
const LEARNED = ['values', 'm', 'v'] as const;
/** Mean training losses of the last epoch and of the one before; 0 where there is none yet. */
const EPOCHS = ['last', 'before'] as const;

/** Makes what a step balances its heads with; undefined where it does not. */
export function balancerOf({
  balance,
  losses,
  seed,
}: {
  readonly balance?: BalanceMethod | undefined;
  readonly losses: readonly HeadLoss[];
  readonly seed: number;
}): Balancer | undefined {
  return balance === undefined ? undefined : new Balancer(balance, losses, seed);
}

/** The loss of a batch without a balance: the sum over the heads, each with its weight. */
export function weightedLoss(losses: readonly HeadLoss[], headLosses: readonly number[]): number {
  return losses.reduce((sum, {weight}, head) => sum + weight * headLosses[head]!, 0);
}

/**
 * Weighs the losses of a network's heads against each other, batch by batch, as `training.balance` says. What
 * it keeps is part of the step's state; its random numbers follow from the seed and the number of the update.
 * The methods see the plain losses of the heads: `training.lossWeights` multiply what they decide. A head
 * whose weight there is 0, or that has no known label in a batch, takes no part.
 */
export class Balancer {
  readonly #method: BalanceMethod;
  readonly #losses: readonly HeadLoss[];
  readonly #seed: number;
  readonly #state: ReadonlyMap<string, Float32Array>;
  /** Sums over the batches of an update: losses, each times its images, and images. */
  #sums: {losses: number[]; counts: number[]} | undefined;

  constructor(method: BalanceMethod, losses: readonly HeadLoss[], seed: number) {
    this.#method = method;
    this.#losses = losses;
    this.#seed = seed;
    this.#state = new Map(stateNames(method).map(name => [name, new Float32Array(losses.length)]));
  }

  /** Whether the weights are those of gradients by the representation, and not of losses. */
  get isOfGradients(): boolean {
    return isGradientMethod(this.#method);
  }

  /** How many images of a batch count for each head. */
  counts({labels, size}: {readonly labels: Uint8Array; readonly size: number}): number[] {
    const isPartial = this.#losses.some(loss => loss.isPartial);
    const labelCounts = isPartial ? countKnown(labels, this.#losses.length) : undefined;
    return this.#losses.map(({weight}, head) => (weight === 0 ? 0 : (labelCounts?.[head] ?? size)));
  }

  /** The weight of each head for a batch, before `training.lossWeights`. */
  weights(batch: UpcomingBatch): number[] {
    const {update, counts, measure} = batch;
    const heads = this.#losses.length;
    if (isGradientMethod(this.#method)) return this.#gradientWeights(this.#method, batch);
    switch (this.#method) {
      // Kendall, Gal and Cipolla 2018, for classification without the factor 1/2: the sum of
      // loss * exp(-s) + s over the heads, where s is learned.
      case 'uncertainty':
        return Array.from(this.#array('values'), value => Math.exp(-value));
      // Liu et al. 2021, Towards Impartial Multi-task Learning: the sum of exp(s) * loss - s, which is the
      // one above with the other sign of s.
      case 'imtl-l':
        return Array.from(this.#array('values'), Math.exp);
      case 'famo':
        return famoWeights(this.#array('values'), measure().losses, counts);
      case 'dwa':
        return averageWeights(this.#array('last'), this.#array('before'));
      case 'rlw':
        return randomWeights(heads, deriveSeed(this.#seed, `balance/${update}`));
      case 'gls':
        return geometricWeights(measure().losses, counts);
    }
  }

  /** Learns from a batch; once for each update of the network. */
  learn(batch: TrainedBatch): void {
    switch (this.#method) {
      case 'uncertainty':
        return this.#learnScales(batch, (value, loss) => 1 - Math.exp(-value) * loss);
      case 'imtl-l':
        return this.#learnScales(batch, (value, loss) => Math.exp(value) * loss - 1);
      case 'famo':
        return this.#learnLogits(batch);
      default:
    }
  }

  /** Leaves out heads that take no part, and those whose gradient is 0. */
  #gradientWeights(method: GradientMethod, {update, counts, products}: UpcomingBatch): number[] {
    const heads = this.#losses.length;
    const all = products();
    const present = [...counts.keys()].filter(
      head => counts[head]! > 0 && all[head * heads + head]! > 0,
    );
    const random = seededRandom(deriveSeed(this.#seed, `balance/${update}`));
    const orders = (): number[][] =>
      present.map((_, head) =>
        shuffled(
          [...present.keys()].filter(at => at !== head),
          random,
        ),
      );
    const gram = present.map(row => present.map(column => all[row * heads + column]!));
    const weights = gradientWeights(method, gram, orders);
    const byHead = new Map(present.map((head, at) => [head, weights[at]!]));
    return counts.map((_, head) => byHead.get(head) ?? 0);
  }

  /** Takes the mean training loss of each head in an epoch that has ended. */
  endEpoch(losses: readonly number[]): void {
    if (this.#method !== 'dwa') return;
    const last = this.#array('last');
    this.#array('before').set(last);
    last.set(losses);
  }

  state(): NamedTensor[] {
    return [...this.#state].map(([name, values]) => ({
      name: PREFIX + name,
      shape: [values.length],
      values: values.slice(),
    }));
  }

  /** @param tensors With those of `state` among them. */
  setState(tensors: readonly NamedTensor[]): void {
    this.#sums = undefined;
    for (const [name, values] of this.#state)
      values.set(tensorNamed(tensors, PREFIX + name).values);
  }

  /** By Adam with the rate of the network, on the mean losses over the images of the update. */
  #learnScales(
    {losses, counts, isUpdate, update, learningRate}: TrainedBatch,
    gradientOf: (value: number, loss: number) => number,
  ): void {
    const sums = (this.#sums ??= {losses: losses.map(() => 0), counts: losses.map(() => 0)});
    losses.forEach((loss, head) => {
      sums.losses[head]! += loss * counts[head]!;
      sums.counts[head]! += counts[head]!;
    });
    if (!isUpdate) return;
    const learned = this.#learned();
    const gradients = sums.losses.map((sum, head) => {
      const count = sums.counts[head]!;
      return count === 0 ? undefined : gradientOf(learned.values[head]!, sum / count);
    });
    adamStep(learned, gradients, {rate: learningRate, steps: update});
    this.#sums = undefined;
  }

  /** With the losses of the same batch before and after the update; of several batches, the last. */
  #learnLogits({losses, counts, isUpdate, update, measure}: TrainedBatch): void {
    if (!isUpdate) return;
    const learned = this.#learned();
    const gradients = famoGradient(learned.values, losses, measure().losses, counts);
    adamStep(learned, gradients, {...FAMO, steps: update});
  }

  #learned(): Learned {
    return {values: this.#array('values'), m: this.#array('m'), v: this.#array('v')};
  }

  #array(name: (typeof LEARNED)[number] | (typeof EPOCHS)[number]): Float32Array {
    return this.#state.get(name) as Float32Array;
  }
}

function stateNames(method: BalanceMethod): readonly string[] {
  switch (method) {
    case 'uncertainty':
    case 'imtl-l':
    case 'famo':
      return LEARNED;
    case 'dwa':
      return EPOCHS;
    default:
      return [];
  }
}
