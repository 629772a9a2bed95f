import type {Tensor, Variable} from '@tensorflow/tfjs';
import {applyOptimizer} from './layers-optimizer.js';
import {
  allWeights,
  tensorNamed,
  valuesOf,
  type NamedTensor,
  type NetworkVariable,
} from './network.js';
import {
  AVERAGE,
  averageFraction,
  GRADIENT_SUM,
  optimizerSlots,
  slotNames,
} from './optimizer-spec.js';
import type {StepOptions, StepState} from './training-step.js';
import type {TensorFlow} from './types.js';

/** Gradients by the names of tfjs's variables. */
type Gradients = Readonly<Record<string, Tensor>>;

type Update = {
  /** Images of the last batch, and of all batches of the update. */
  readonly images: number;
  readonly groupImages: number;
  readonly learningRate: number;
  /** Updates, this one included. */
  readonly steps: number;
};

/** Updates the weights of a layers model, and keeps their slots. Its methods run within `tf.tidy`. */
export class LayersUpdate {
  readonly #options: StepOptions;
  readonly #weights: readonly NetworkVariable[];
  /** Slots of each weight, by their names. */
  readonly #slots: ReadonlyMap<string, Map<string, Tensor>>;

  constructor(options: StepOptions) {
    this.#options = options;
    const {tf} = options;
    this.#weights = allWeights(options.network);
    const firstValue = (slot: string, {shape, variable}: NetworkVariable): Tensor =>
      slot === AVERAGE ? variable.read().clone() : tf.zeros([...shape]);
    this.#slots = new Map(
      this.#weights.map(weight => [
        weight.name,
        new Map(slotNames(options, weight.trainable).map(slot => [slot, firstValue(slot, weight)])),
      ]),
    );
  }

  /** The weights that learn, in order. */
  get trainable(): readonly NetworkVariable[] {
    return this.#weights.filter(({trainable}) => trainable);
  }

  /** Adds the gradients of a batch to those of the next update. */
  store(gradients: Gradients, images: number): void {
    for (const weight of this.trainable)
      this.#set(weight.name, GRADIENT_SUM, this.#sum(weight, gradients, images));
  }

  /** Updates the weights once, and then their moving averages. */
  update(gradients: Gradients, update: Update): void {
    const {tf, optimizer, clipNorm, emaDecay} = this.#options;
    const {learningRate, steps} = update;
    const means = this.#means(gradients, update);
    const rate = tf.scalar(learningRate);
    const factor = clipNorm === undefined ? undefined : clipFactor(tf, means, clipNorm);
    const names = optimizerSlots[optimizer.kind];
    this.trainable.forEach(({name, variable}, index) => {
      const mean = means[index] as Tensor;
      const gradient = factor === undefined ? mean : mean.mul(factor);
      const slots = names.map(slot => this.#slot(name, slot));
      const weight = variable.read();
      const updated = applyOptimizer(tf, optimizer, weight, gradient, slots, rate, steps);
      variable.write(updated.weight);
      updated.slots.forEach((slot, place) => this.#set(name, names[place] as string, slot));
    });
    if (emaDecay === undefined) return;
    const fraction = averageFraction(emaDecay, steps);
    for (const {name, variable} of this.#weights) {
      const average = this.#slot(name, AVERAGE);
      this.#set(name, AVERAGE, average.sub(average.sub(variable.read()).mul(fraction)));
    }
  }

  /** Makes a pass with the moving averages as weights, where there are some. */
  evaluated<T>(pass: () => T): T {
    if (this.#options.emaDecay === undefined) return pass();
    return this.unchanged(() => {
      for (const {name, variable} of this.#weights) variable.write(this.#slot(name, AVERAGE));
      return pass();
    });
  }

  /** Makes a pass; then the weights, averages of batch normalization included, are what they were. */
  unchanged<T>(pass: () => T): T {
    const before = this.#weights.map(({variable}) => variable.read().clone());
    try {
      return pass();
    } finally {
      this.#weights.forEach(({variable}, index) => variable.write(before[index] as Tensor));
    }
  }

  /** Copies weights and slots. */
  state(): Pick<StepState, 'weights' | 'optimizer'> {
    const optimizer = this.#weights.flatMap(({name, shape}) =>
      [...(this.#slots.get(name) ?? [])].map(([slot, tensor]) => ({
        name: `${name}/${slot}`,
        shape,
        values: Float32Array.from(tensor.dataSync()),
      })),
    );
    return {weights: this.#weights.map(valuesOf), optimizer};
  }

  setState({weights, optimizer}: StepState): void {
    const {tf} = this.#options;
    for (const {name, variable} of this.#weights) {
      variable.write(toTensor(tf, tensorNamed(weights, name)));
      for (const slot of this.#slots.get(name)?.keys() ?? [])
        this.#set(name, slot, toTensor(tf, tensorNamed(optimizer, `${name}/${slot}`)));
    }
  }

  dispose(): void {
    for (const slots of this.#slots.values()) slots.forEach(slot => slot.dispose());
  }

  /** The gradients of the mean loss over all images of the update. */
  #means(gradients: Gradients, {images, groupImages}: Update): Tensor[] {
    const {tf, accumulate = 1} = this.#options;
    if (accumulate === 1) return this.trainable.map(weight => gradientOf(weight, gradients));
    return this.trainable.map(weight => {
      const sum = this.#sum(weight, gradients, images);
      this.#set(weight.name, GRADIENT_SUM, tf.zerosLike(sum));
      return sum.div(groupImages);
    });
  }

  #sum(weight: NetworkVariable, gradients: Gradients, images: number): Tensor {
    return this.#slot(weight.name, GRADIENT_SUM).add(gradientOf(weight, gradients).mul(images));
  }

  #slot(weight: string, slot: string): Tensor {
    const tensor = this.#slots.get(weight)?.get(slot);
    if (tensor === undefined) throw new Error(`${weight} has no ${slot}.`);
    return tensor;
  }

  #set(weight: string, slot: string, tensor: Tensor): void {
    this.#slot(weight, slot).dispose();
    this.#slots.get(weight)?.set(slot, this.#options.tf.keep(tensor));
  }
}

/** The variable of tfjs that holds a weight. */
export function variableOf({variable}: NetworkVariable): Variable {
  return (variable as unknown as {val: Variable}).val;
}

function gradientOf(weight: NetworkVariable, gradients: Gradients): Tensor {
  const gradient = gradients[variableOf(weight).name];
  if (gradient === undefined) throw new Error(`${weight.name} has no gradient.`);
  return gradient;
}

/** The factor that keeps the norm of all gradients together at `norm` or below. */
function clipFactor(tf: TensorFlow, gradients: readonly Tensor[], norm: number): Tensor {
  const squares = gradients.map(gradient => gradient.square().sum());
  const size = tf.addN(squares).sqrt();
  return tf.scalar(norm).div(size.maximum(norm));
}

function toTensor(tf: TensorFlow, {values, shape}: NamedTensor): Tensor {
  return tf.tensor(values, [...shape], 'float32');
}
