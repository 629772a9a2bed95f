import {sizeOf} from '../../model/layers/layer-kind.js';
import {allWeights, tensorNamed, valuesOf, type NamedTensor} from '../network.js';
import {adamCorrection, optimizerSlots} from '../optimizer-spec.js';
import type {
  Batch,
  BatchResult,
  Evaluation,
  StepOptions,
  StepState,
  TrainingStep,
} from '../training-step.js';
import {compileGraph, names, type CompiledGraph} from './compile.js';
import {packed, unpacked, type Layout} from './layout.js';
import {GraphSession, type Feed, type NativeBinding} from './session.js';

type GraphStepOptions = StepOptions & {readonly native: NativeBinding};

let graphs = 0;

/** The training step as one run of a TensorFlow graph. */
export class GraphStep implements TrainingStep {
  readonly kind = 'graph' as const;
  readonly #options: GraphStepOptions;
  readonly #compiled: CompiledGraph;
  readonly #session: GraphSession;
  #steps = 0;

  constructor(options: GraphStepOptions) {
    this.#options = options;
    const {native, network} = options;
    this.#compiled = compileGraph({...options, scope: `graph_${++graphs}`});
    this.#session = new GraphSession(native, this.#compiled.bytes);
    this.#assign(allWeights(network).map(valuesOf), undefined);
  }

  get network(): StepOptions['network'] {
    return this.#options.network;
  }

  trainBatch(batch: Batch, learningRate: number): Promise<BatchResult> {
    const {optimizer} = this.#options;
    this.#steps += 1;
    const rate =
      optimizer.kind === 'adam'
        ? learningRate * adamCorrection(optimizer, this.#steps)
        : learningRate;
    const feeds = [
      ...this.#batchFeeds(batch),
      {name: names.rate, shape: [], values: Float32Array.of(rate)},
      ...(optimizer.weightDecay === 0
        ? []
        : [{name: names.plainRate, shape: [], values: Float32Array.of(learningRate)}]),
      ...(this.#hasDropout()
        ? [{name: names.step, shape: [], values: Int32Array.of(this.#steps)}]
        : []),
    ];
    const [results] = this.#session.run(feeds, [names.train]);
    return Promise.resolve(this.#read(results));
  }

  evaluateBatch(batch: Batch): Promise<Evaluation> {
    const [results, probabilities] = this.#session.run(this.#batchFeeds(batch), [
      names.evaluate,
      names.probabilities,
    ]);
    return Promise.resolve({
      ...this.#read(results),
      probabilities: Float32Array.from(probabilities ?? []),
    });
  }

  logOdds(batch: Batch): Promise<Float32Array> {
    const [values] = this.#session.run(this.#batchFeeds(batch), [names.logOdds]);
    return Promise.resolve(Float32Array.from(values ?? []));
  }

  getState(): Promise<StepState> {
    const values = new Map<string, Float32Array>();
    const {variables} = this.#compiled;
    const fetches = variables.map(name => `read/${name}`);
    const arrays = this.#session.run([], fetches);
    arrays.forEach((array, index) => values.set(variables[index] as string, array));
    const read = (layout: Layout, suffix: string): NamedTensor[] =>
      unpacked(layout, values.get(layout.name + suffix) as Float32Array, suffix);
    const weights = this.#compiled.layouts.flatMap(layout => read(layout, ''));
    return Promise.resolve({
      weights: allWeights(this.#options.network).map(({name}) => tensorNamed(weights, name)),
      optimizer: this.#slotted().flatMap(({layout, suffix}) => read(layout, suffix)),
      steps: this.#steps,
    });
  }

  setState(state: StepState): Promise<void> {
    this.#assign(state.weights, state.optimizer);
    this.#steps = state.steps;
    return Promise.resolve();
  }

  async copyToModel(): Promise<void> {
    const {tf, network} = this.#options;
    const {weights} = await this.getState();
    allWeights(network).forEach(({variable}, index) => {
      const {values, shape} = weights[index] as NamedTensor;
      tf.tidy(() => {
        variable.write(tf.tensor(values, [...shape], 'float32'));
      });
    });
  }

  dispose(): void {
    this.#session.dispose();
  }

  #batchFeeds({images, labels, size}: Batch): Feed[] {
    const {network, losses} = this.#options;
    return [
      {name: names.images, shape: [size, ...network.inputShape], values: images},
      {name: names.labels, shape: [size, losses.length], values: labels},
    ];
  }

  /** @param slots undefined sets them to zero. */
  #assign(weights: readonly NamedTensor[], slots: readonly NamedTensor[] | undefined): void {
    const feed = (name: string, {shape}: Layout, values: Float32Array): Feed => ({
      name: `set/${name}`,
      shape,
      values,
    });
    this.#session.run(
      [
        ...this.#compiled.layouts.map(layout => feed(layout.name, layout, packed(layout, weights))),
        ...this.#slotted().map(({layout, suffix}) => {
          const values =
            slots === undefined
              ? new Float32Array(sizeOf(layout.shape))
              : packed(layout, slots, suffix);
          return feed(layout.name + suffix, layout, values);
        }),
      ],
      ['set_all'],
    );
  }

  /** Every slot of every trainable weight. */
  #slotted(): {layout: Layout; suffix: string}[] {
    const slots = optimizerSlots[this.#options.optimizer.kind];
    return this.#compiled.layouts
      .filter(({trainable}) => trainable)
      .flatMap(layout => slots.map(slot => ({layout, suffix: `/${slot}`})));
  }

  #hasDropout(): boolean {
    return this.#options.network.trunk.some(
      ({definition: {kind, options}}) => kind === 'dropout' && options.rate > 0,
    );
  }

  #read(results: Float32Array | undefined): BatchResult {
    if (results === undefined) throw new Error('The session returned no results.');
    const heads = this.#options.losses.length;
    return {
      loss: results[0] ?? Number.NaN,
      headLosses: Array.from(results.subarray(1, 1 + heads)),
      headCorrect: Array.from(results.subarray(1 + heads, 1 + 2 * heads)),
    };
  }
}
