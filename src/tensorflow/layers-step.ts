import type {Tensor, Tensor2D, Tensor4D, Variable} from '@tensorflow/tfjs';
import {deriveSeed} from '../util/random.js';
import {applyDilated, isDilated} from './dilated-convolution.js';
import {applyOptimizer} from './layers-optimizer.js';
import {readVariable, type Network, type NetworkLayer, type NetworkWeight} from './network.js';
import {optimizerSlots, type NamedOptimizer} from './optimizer-spec.js';
import {applyStridedPointwise, isStridedPointwise} from './pointwise-convolution.js';
import type {TensorFlow} from './types.js';
import type {
  Batch,
  BatchResult,
  Evaluation,
  NamedArray,
  StepState,
  TrainingStep,
} from './training-step.js';

const PIXEL_MAX = 255;

type StepOptions = {
  readonly tf: TensorFlow;
  readonly network: Network;
  readonly optimizer: NamedOptimizer;
  /** One for each head. */
  readonly lossWeights: readonly number[];
  readonly seed: number;
};

/** What one pass gives for each head, as tensors. */
type HeadTensors = {
  readonly loss: Tensor;
  readonly losses: Tensor[];
  readonly correct: Tensor[];
  readonly logits: Tensor2D[];
};

/** The training step that tfjs itself computes, operation by operation: it runs on every backend. */
export class LayersStep implements TrainingStep {
  readonly kind = 'layers' as const;
  readonly #options: StepOptions;
  readonly #trainable: readonly NetworkWeight[];
  /** Slots of each trainable weight. */
  readonly #slots: Map<string, Tensor[]>;
  #steps = 0;

  constructor(options: StepOptions) {
    this.#options = options;
    this.#trainable = options.network.weights.filter(({trainable}) => trainable);
    const names = optimizerSlots[options.optimizer.kind];
    this.#slots = new Map(
      this.#trainable.map(({name, shape}) => [name, names.map(() => options.tf.zeros([...shape]))]),
    );
  }

  trainBatch(batch: Batch, learningRate: number): Promise<BatchResult> {
    const {tf} = this.#options;
    this.#steps += 1;
    let result: BatchResult | undefined;
    tf.tidy(() => {
      let heads: HeadTensors | undefined;
      const variables = this.#trainable.map(
        ({variable}) => (variable as unknown as {val: Variable}).val,
      );
      const {value, grads} = tf.variableGrads(() => {
        heads = this.#pass(batch, true);
        return heads.loss.asScalar();
      }, variables);
      this.#update(grads, learningRate);
      if (heads !== undefined) result = this.#read({...heads, loss: value});
    });
    return Promise.resolve(given(result));
  }

  evaluateBatch(batch: Batch): Promise<Evaluation> {
    const {tf} = this.#options;
    let result: Evaluation | undefined;
    tf.tidy(() => {
      const heads = this.#pass(batch, false);
      const ones = heads.logits.map(logits => tf.softmax(logits).slice([0, 1], [batch.size, 1]));
      const probabilities = Float32Array.from(tf.concat(ones, 1).dataSync());
      result = {...this.#read(heads), probabilities};
    });
    return Promise.resolve(given(result));
  }

  getState(): Promise<StepState> {
    const names = optimizerSlots[this.#options.optimizer.kind];
    const weights = this.#options.network.weights.map(({name, shape, variable}) => ({
      name,
      shape,
      values: readVariable(variable),
    }));
    const optimizer = this.#trainable.flatMap(({name, shape}) =>
      (this.#slots.get(name) ?? []).map((slot, index) => ({
        name: `${name}/${names[index]}`,
        shape,
        values: Float32Array.from(slot.dataSync()),
      })),
    );
    return Promise.resolve({weights, optimizer, steps: this.#steps});
  }

  setState(state: StepState): Promise<void> {
    const {tf, network} = this.#options;
    const names = optimizerSlots[this.#options.optimizer.kind];
    tf.tidy(() => {
      for (const {name, variable} of network.weights)
        variable.write(toTensor(tf, find(state.weights, name)));
    });
    for (const {name} of this.#trainable) {
      this.#replaceSlots(
        name,
        names.map(slot => toTensor(tf, find(state.optimizer, `${name}/${slot}`))),
      );
    }
    this.#steps = state.steps;
    return Promise.resolve();
  }

  /** The model's own variables are what is trained. */
  copyToModel(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    for (const {name} of this.#trainable) this.#replaceSlots(name, []);
  }

  #pass(batch: Batch, training: boolean): HeadTensors {
    const {tf, network, lossWeights} = this.#options;
    const logits = this.#logits(batch, training);
    const heads = network.heads.length;
    const losses: Tensor[] = [];
    const correct: Tensor[] = [];
    logits.forEach((headLogits, head) => {
      const labels = Int32Array.from(
        {length: batch.size},
        (_, image) => batch.labels[image * heads + head] ?? 0,
      );
      const wanted = tf.tensor1d(labels, 'int32');
      losses.push(tf.losses.softmaxCrossEntropy(tf.oneHot(wanted, 2), headLogits));
      correct.push(headLogits.argMax(1).equal(wanted).sum());
    });
    const loss = losses
      .map((value, head) => value.mul(lossWeights[head] ?? 1))
      .reduce((sum, value) => sum.add(value));
    return {
      loss,
      losses: losses.map(value => tf.keep(value.clone())),
      correct: correct.map(value => tf.keep(value)),
      logits,
    };
  }

  /** Logits of each head: [batch, 2]. */
  #logits(batch: Batch, training: boolean): Tensor2D[] {
    const {tf, network} = this.#options;
    const shape = [batch.size, ...network.inputShape] as [number, number, number, number];
    const values = new Map<string, Tensor>();
    values.set(
      network.inputName,
      tf.tensor4d(batch.images, shape, 'int32').toFloat().div(PIXEL_MAX),
    );
    const outputs: Tensor2D[] = [];
    for (const layer of network.layers) {
      const input = values.get(layer.input);
      if (input === undefined) throw new Error(`${layer.name} comes before its input.`);
      if (layer.isOutput) outputs.push(this.#headLogits(layer, input as Tensor2D));
      else values.set(layer.name, this.#apply(layer, input, training));
    }
    if (network.output === 'heads') return outputs;
    const vector = outputs[0] as Tensor2D;
    return network.heads.map((_, head) => vector.slice([0, 2 * head], [batch.size, 2]));
  }

  /** A head without its softmax, which is part of the loss. */
  #headLogits({weights}: NetworkLayer, input: Tensor2D): Tensor2D {
    const [kernel, bias] = weights.map(({variable}) => variable.read());
    const product = this.#options.tf.matMul<Tensor2D>(input, kernel as Tensor2D);
    return bias === undefined ? product : product.add<Tensor2D>(bias);
  }

  #apply(entry: NetworkLayer, input: Tensor, training: boolean): Tensor {
    const {name, type, config, layer} = entry;
    if (training && isDilated(entry))
      return applyDilated(this.#options.tf, entry, input as Tensor4D);
    if (training && isStridedPointwise(entry))
      return applyStridedPointwise(this.#options.tf, entry, input as Tensor4D);
    if (type !== 'Dropout') return layer.apply(input, {training}) as Tensor;
    // tfjs's own dropout layer draws the same mask at every step once it has a seed.
    const rate = Number(config['rate']);
    if (!training || rate === 0) return input;
    const seed = deriveSeed(this.#options.seed, `dropout/${name}/${this.#steps}`);
    return this.#options.tf.dropout(input, rate, undefined, seed);
  }

  #update(gradients: Readonly<Record<string, Tensor>>, learningRate: number): void {
    const {tf, optimizer} = this.#options;
    const rate = tf.scalar(learningRate);
    for (const {name, variable} of this.#trainable) {
      const gradient = gradients[(variable as unknown as {val: Variable}).val.name];
      if (gradient === undefined) throw new Error(`${name} has no gradient.`);
      const slots = this.#slots.get(name) ?? [];
      const updated = applyOptimizer(
        tf,
        optimizer,
        variable.read(),
        gradient,
        slots,
        rate,
        this.#steps,
      );
      variable.write(updated.weight);
      this.#replaceSlots(
        name,
        updated.slots.map(slot => tf.keep(slot)),
      );
    }
  }

  #replaceSlots(name: string, slots: Tensor[]): void {
    this.#slots.get(name)?.forEach(slot => slot.dispose());
    this.#slots.set(name, slots);
  }

  #read({loss, losses, correct}: HeadTensors): BatchResult {
    const numbers = (tensors: readonly Tensor[]): number[] =>
      tensors.map(tensor => {
        const value = Number(tensor.dataSync()[0]);
        tensor.dispose();
        return value;
      });
    return {
      loss: Number(loss.dataSync()[0]),
      headLosses: numbers(losses),
      headCorrect: numbers(correct),
    };
  }
}

function given<T>(result: T | undefined): T {
  if (result === undefined) throw new Error('A pass gives a result.');
  return result;
}

function toTensor(tf: TensorFlow, {values, shape}: NamedArray): Tensor {
  return tf.tensor(values, [...shape], 'float32');
}

function find(arrays: readonly NamedArray[], name: string): NamedArray {
  const found = arrays.find(array => array.name === name);
  if (found === undefined) throw new Error(`The state has no ${name}.`);
  return found;
}
