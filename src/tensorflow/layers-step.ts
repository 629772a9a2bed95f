import type {LayersModel, Tensor, Tensor2D, Tensor4D} from '@tensorflow/tfjs';
import {isMultiClass} from '../experiment/classes.js';
import {deriveSeed} from '../util/random.js';
import {balancerOf, weightedLoss, type Balancer, type UpcomingBatch} from './balance/balancer.js';
import type {HeadLoss} from './head-loss.js';
import {affinityOf} from './layers-affinity.js';
import {balancedLogits, columnsOf, sumOf, type Weigh} from './layers-balance.js';
import {headResult, predictionsOf} from './layers-loss.js';
import {LayersUpdate, variableOf} from './layers-update.js';
import type {NetworkLayer, NetworkVariable} from './network.js';
import {specialConvolution} from './special-convolution.js';
import {
  batchNumber,
  type Batch,
  type BatchResult,
  type Evaluation,
  type StepOptions,
  type StepState,
  type TrainingStep,
  type UpdateGroup,
} from './training-step.js';

const PIXEL_MAX = 255;

type LayersStepOptions = StepOptions & {readonly model: LayersModel};

/** The used part of tfjs's layers with a kernel. */
type ConvolutionLayer = {
  readonly activation: {apply(x: Tensor): Tensor};
  readonly useBias: boolean;
};

/** Results of one pass, for each head. */
type HeadTensors = {
  readonly loss: Tensor;
  readonly losses: Tensor[];
  readonly correct: Tensor[];
  readonly logits: Tensor2D[];
};

/** The training step as operations of tfjs: runs on every backend. */
export class LayersStep implements TrainingStep {
  readonly kind = 'layers' as const;
  readonly #options: LayersStepOptions;
  readonly #update: LayersUpdate;
  readonly #balancer: Balancer | undefined;
  #steps = 0;
  /** Number of the batch in training, from which dropout's masks follow. */
  #batch = 0;

  constructor(options: LayersStepOptions) {
    this.#options = options;
    this.#update = new LayersUpdate(options);
    this.#balancer = balancerOf(options);
  }

  get network(): StepOptions['network'] {
    return this.#options.network;
  }

  trainBatch(
    batch: Batch,
    learningRate: number,
    group?: UpdateGroup,
    measure = false,
  ): Promise<BatchResult> {
    const {tf} = this.#options;
    this.#batch = batchNumber(this.#options, this.#steps, group?.index ?? 0);
    const isUpdate = group?.isLast !== false;
    if (isUpdate) this.#steps += 1;
    let result: BatchResult | undefined;
    tf.tidy(() => {
      let heads: HeadTensors | undefined;
      let weights: readonly number[] | undefined;
      const upcoming = this.#upcoming(batch, isUpdate);
      let logits: Tensor2D[] = [];
      const {value, grads} = tf.variableGrads(() => {
        heads = this.#pass(batch, true, products => {
          weights = this.#balancer?.weights({...upcoming, products});
          return weights ?? [];
        });
        if (measure) logits = heads.logits.map(values => tf.keep(values.clone()));
        if (this.#balancer === undefined) return heads.loss.asScalar();
        const {losses} = heads;
        if (this.#isOfGradients) return sumOf(losses).asScalar();
        const measured = {losses: losses.map(numberOf)};
        weights = this.#balancer.weights({...upcoming, measure: () => measured});
        return this.#sum(losses, weights).asScalar();
      }, this.#update.trainable.map(variableOf));
      const ofLosses = this.#isOfGradients ? undefined : weights;
      const affinity = affinityOf(this.#options, logits, {batch, learningRate, weights: ofLosses});
      tf.dispose(logits);
      const {size: images} = batch;
      const update = {images, groupImages: group?.images ?? images, learningRate};
      if (isUpdate) this.#update.update(grads, {...update, steps: this.#steps});
      else this.#update.store(grads, images);
      if (heads === undefined) return;
      const read = {...this.#read({...heads, loss: value}), affinity};
      const {headLosses} = read;
      result =
        weights === undefined
          ? read
          : {...read, loss: weightedLoss(this.#options.losses, headLosses), weights};
      this.#balancer?.learn({...upcoming, losses: headLosses, learningRate, isUpdate});
    });
    return Promise.resolve(given(result));
  }

  get #isOfGradients(): boolean {
    return this.#balancer?.isOfGradients === true;
  }

  /** What the balance of the heads may know of a batch. @param isUpdate Whether it is the last of an update. */
  #upcoming(batch: Batch, isUpdate: boolean): UpcomingBatch {
    return {
      update: this.#steps + (isUpdate ? 0 : 1),
      counts: this.#balancer?.counts(batch) ?? [],
      measure: () => {
        const heads = this.#update.unchanged(() => this.#pass(batch, true));
        return {losses: this.#read(heads).headLosses};
      },
      // Only the backward pass has them.
      products: () => [],
    };
  }

  endEpoch(headLosses: readonly number[]): void {
    this.#balancer?.endEpoch(headLosses);
  }

  evaluateBatch(batch: Batch): Promise<Evaluation> {
    const {tf} = this.#options;
    let result: Evaluation | undefined;
    tf.tidy(() => {
      const heads = this.#update.evaluated(() => this.#pass(batch, false));
      result = {...this.#read(heads), ...predictionsOf(tf, this.#options.losses, heads.logits)};
    });
    return Promise.resolve(given(result));
  }

  logOdds(batch: Batch): Promise<Float32Array> {
    const {tf} = this.#options;
    let values = new Float32Array(0);
    tf.tidy(() => {
      const allLogits = this.#update.evaluated(() => this.#logits(batch, false));
      const differences = allLogits.map((logits, head) => {
        if (this.#options.losses[head]?.isSigmoid === true) return logits;
        if (isMultiClass(logits.shape[1])) return tf.zeros([batch.size, 1]);
        const [ofZero, ofOne] = tf.split(logits, 2, 1) as [Tensor, Tensor];
        return ofOne.sub(ofZero);
      });
      values = Float32Array.from(tf.concat(differences, 1).dataSync());
    });
    return Promise.resolve(values);
  }

  getState(): Promise<StepState> {
    const {weights, optimizer} = this.#update.state();
    const learned = this.#balancer?.state() ?? [];
    return Promise.resolve({weights, optimizer: [...optimizer, ...learned], steps: this.#steps});
  }

  setState(state: StepState): Promise<void> {
    this.#options.tf.tidy(() => this.#update.setState(state));
    this.#balancer?.setState(state.optimizer);
    this.#steps = state.steps;
    return Promise.resolve();
  }

  /** Does nothing: the step trains the model's own variables. */
  copyToModel(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.#update.dispose();
  }

  /** @param weigh For a pass whose gradient is balanced. */
  #pass(batch: Batch, training: boolean, weigh?: Weigh): HeadTensors {
    const {tf, losses: headLosses} = this.#options;
    const logits = this.#logits(batch, training, weigh);
    const losses: Tensor[] = [];
    const correct: Tensor[] = [];
    logits.forEach((headLogits, head) => {
      const result = headResult(tf, headLosses[head] as HeadLoss, headLogits, batch, head);
      losses.push(result.loss);
      correct.push(result.correct);
    });
    return {
      loss: this.#sum(losses),
      losses: losses.map(value => tf.keep(value.clone())),
      correct: correct.map(value => tf.keep(value)),
      logits,
    };
  }

  /** The sum over the heads, each with its weight and that of the balance. */
  #sum(losses: readonly Tensor[], weights?: readonly number[]): Tensor {
    return sumOf(
      losses.map((loss, head) =>
        loss.mul((this.#options.losses[head]?.weight ?? 1) * (weights?.[head] ?? 1)),
      ),
    );
  }

  /** Logits of each head: [batch, columns]. */
  #logits(batch: Batch, training: boolean, weigh?: Weigh): Tensor2D[] {
    const {tf, network, losses} = this.#options;
    const shape = [batch.size, ...network.inputShape] as [number, number, number, number];
    const images: Tensor = tf.tensor4d(batch.images, shape, 'int32').toFloat().div(PIXEL_MAX);
    const values = new Map([[network.inputName, images]]);
    for (const layer of network.trunk) {
      const inputs = layer.inputs.map(name => values.get(name) as Tensor);
      values.set(layer.name, this.#apply(layer, inputs, training && layer.isFrozen !== true));
    }
    // Without the softmax, which is part of the loss.
    if (weigh !== undefined && this.#isOfGradients) {
      const features = values.get(network.outputs[0]?.input ?? '') as Tensor2D;
      return balancedLogits(tf, features, network.outputs, losses, weigh);
    }
    return network.outputs.flatMap(({input, columns, kernel, bias}) => {
      const weights = kernel.variable.read() as Tensor2D;
      const logits = tf
        .matMul(values.get(input) as Tensor2D, weights)
        .add<Tensor2D>(bias.variable.read());
      return columnsOf(logits, columns);
    });
  }

  #apply(
    {name, definition, weights}: NetworkLayer<NetworkVariable>,
    inputs: readonly Tensor[],
    training: boolean,
  ): Tensor {
    const {tf, model, seed} = this.#options;
    const {kind, options} = definition;
    const layer = model.getLayer(name);
    const [input] = inputs as readonly [Tensor];
    if (training) {
      const tensors = weights.map(({variable}) => variable.read());
      const product = specialConvolution(tf, definition, input as Tensor4D, tensors);
      if (product !== undefined) {
        const {activation, useBias} = layer as unknown as ConvolutionLayer;
        return activation.apply(useBias ? product.add(tensors.at(-1) as Tensor) : product);
      }
    }
    if (kind !== 'dropout' && kind !== 'spatialDropout2d')
      return layer.apply(inputs.length === 1 ? input : [...inputs], {training}) as Tensor;
    // With a seed, tfjs's dropout layer draws the same mask at every step.
    if (!training || options.rate === 0) return input;
    const maskSeed = deriveSeed(seed, `dropout/${name}/${this.#batch}`);
    const [batch = 1, , , channels = 1] = input.shape;
    const maskShape = kind === 'dropout' ? undefined : [batch, 1, 1, channels];
    return tf.dropout(input, options.rate, maskShape, maskSeed);
  }

  #read({loss, losses, correct}: HeadTensors): BatchResult {
    const numbers = (tensors: readonly Tensor[]): number[] =>
      tensors.map(tensor => {
        const value = numberOf(tensor);
        tensor.dispose();
        return value;
      });
    return {
      loss: numberOf(loss),
      headLosses: numbers(losses),
      headCorrect: numbers(correct),
    };
  }
}

function numberOf(scalar: Tensor): number {
  return Number(scalar.dataSync()[0]);
}

function given<T>(result: T | undefined): T {
  if (result === undefined) throw new Error('The pass returned no result.');
  return result;
}
