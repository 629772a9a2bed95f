import {balancerOf, weightedLoss, type Balancer} from '../balance/balancer.js';
import {sizeOf} from '../../model/layers/layer-kind.js';
import {cosines, lookAhead} from '../head-affinity.js';
import {headsOfColumns} from '../head-columns.js';
import {lossColumns} from '../head-loss.js';
import {allWeights, tensorNamed, valuesOf, type NamedTensor} from '../network.js';
import {adamCorrection, AVERAGE, averageFraction, slotNames} from '../optimizer-spec.js';
import {
  batchNumber,
  type Batch,
  type BatchResult,
  type Evaluation,
  type StepOptions,
  type StepState,
  type TrainingStep,
  type UpdateGroup,
} from '../training-step.js';
import {compileGraph, names, type CompiledGraph} from './compile.js';
import {packed, unpacked, type Layout} from './layout.js';
import {PAUSE} from './paused.js';
import {GraphSession, type Feed, type NativeBinding} from './session.js';

type GraphStepOptions = StepOptions & {readonly native: NativeBinding};

const BYTES_OF_FLOAT = 4;

let graphs = 0;

/** The training step as one run of a TensorFlow graph. */
export class GraphStep implements TrainingStep {
  readonly kind = 'graph' as const;
  readonly #options: GraphStepOptions;
  readonly #compiled: CompiledGraph;
  readonly #session: GraphSession;
  readonly #balancer: Balancer | undefined;
  #steps = 0;

  constructor(options: GraphStepOptions) {
    this.#options = options;
    const {native, network} = options;
    this.#compiled = compileGraph({...options, scope: `graph_${++graphs}`});
    this.#session = new GraphSession(native, this.#compiled.bytes);
    this.#balancer = balancerOf(options);
    this.#assign(allWeights(network).map(valuesOf), undefined);
  }

  get network(): StepOptions['network'] {
    return this.#options.network;
  }

  trainBatch(
    batch: Batch,
    learningRate: number,
    group: UpdateGroup = {index: 0, images: batch.size, isLast: true},
    measure = false,
  ): Promise<BatchResult> {
    const number = batchNumber(this.#options, this.#steps, group.index);
    const feeds = [
      ...this.#batchFeeds(batch),
      ...(this.#hasDropout() ? [{name: names.step, shape: [], values: Int32Array.of(number)}] : []),
    ];
    const isUpdate = group.isLast;
    const measured = measure ? this.#affinityNames() : [];
    const train = (weights: readonly Feed[] = []): BatchResult => {
      if (isUpdate) this.#steps += 1;
      const update = isUpdate ? this.#updateFeeds(learningRate, group.images) : [];
      const fetches = [isUpdate ? names.train : names.accumulate, ...measured];
      const [results, ...values] = this.#session.run([...feeds, ...weights, ...update], fetches);
      return {...this.#read(results), affinity: this.#affinity(values, batch, learningRate)};
    };
    return Promise.resolve(
      this.#balancer === undefined
        ? train()
        : this.#trainBalanced(this.#balancer, batch, {feeds, isUpdate, learningRate, train}),
    );
  }

  #affinityNames(): readonly string[] {
    const {affinity} = this.#options;
    return affinity === undefined ? [] : names.affinity[affinity];
  }

  /** @param values What `#affinityNames` lists; nothing where that was not asked for. */
  #affinity(
    [first, gradient, kernelProducts]: readonly Float32Array[],
    {labels, mixed}: Batch,
    learningRate: number,
  ): Float64Array | undefined {
    if (first === undefined) return undefined;
    if (gradient === undefined || kernelProducts === undefined) return cosines(first);
    const shared = {logits: first, gradient, kernelProducts, labels, mixed};
    return lookAhead(shared, this.#options.losses, learningRate);
  }

  /** Weighs the heads, trains with these weights, and learns from the result. */
  #trainBalanced(
    balancer: Balancer,
    batch: Batch,
    {
      feeds,
      train,
      ...update
    }: {
      readonly feeds: readonly Feed[];
      readonly isUpdate: boolean;
      readonly learningRate: number;
      readonly train: (weights: readonly Feed[]) => BatchResult;
    },
  ): BatchResult {
    const {losses} = this.#options;
    const run = (name: string): Float32Array => this.#session.run(feeds, [name])[0]!;
    const upcoming = {
      update: this.#steps + 1,
      counts: balancer.counts(batch),
      measure: () => ({losses: Array.from(run(PAUSE))}),
      products: () => run(PAUSE),
    };
    const weights = balancer.weights(upcoming);
    const ofColumns = (name: string, ofHeads?: readonly number[]): Feed => {
      const columns = headsOfColumns(lossColumns(losses)).map(
        head => losses[head]!.weight * (ofHeads?.[head] ?? 1),
      );
      return {name, shape: [columns.length], values: Float32Array.from(columns)};
    };
    const result = train(
      balancer.isOfGradients
        ? [ofColumns(names.columnWeights), ofColumns(names.weightsBelow, weights)]
        : [ofColumns(names.columnWeights, weights)],
    );
    const {headLosses} = result;
    const measure = (): {losses: number[]} => ({losses: Array.from(run(names.measured))});
    balancer.learn({...upcoming, ...update, losses: headLosses, measure});
    return {...result, loss: weightedLoss(losses, headLosses), weights};
  }

  endEpoch(headLosses: readonly number[]): void {
    this.#balancer?.endEpoch(headLosses);
  }

  /** @param images Images of all batches of the update. */
  #updateFeeds(learningRate: number, images: number): Feed[] {
    const {optimizer, accumulate = 1, emaDecay} = this.#options;
    const scalar = (name: string, value: number): Feed => ({
      name,
      shape: [],
      values: Float32Array.of(value),
    });
    const correction = optimizer.kind === 'adam' ? adamCorrection(optimizer, this.#steps) : 1;
    const feeds = [scalar(names.rate, learningRate * correction)];
    if (optimizer.weightDecay !== 0) feeds.push(scalar(names.plainRate, learningRate));
    if (accumulate > 1) feeds.push(scalar(names.groupImages, images));
    if (emaDecay !== undefined)
      feeds.push(scalar(names.averageFraction, averageFraction(emaDecay, this.#steps)));
    return feeds;
  }

  evaluateBatch(batch: Batch): Promise<Evaluation> {
    const hasClasses = this.#options.losses.some(({classWeights}) => classWeights.length > 2);
    const [results, probabilities, predicted] = this.#session.run(this.#batchFeeds(batch), [
      names.evaluate,
      names.probabilities,
      ...(hasClasses ? [names.predicted] : []),
    ]);
    return Promise.resolve({
      ...this.#read(results),
      probabilities: Float32Array.from(probabilities ?? []),
      predicted: predicted && Uint8Array.from(predicted),
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
      optimizer: [
        ...this.#slotted().flatMap(({layout, suffix}) => read(layout, suffix)),
        ...(this.#balancer?.state() ?? []),
      ],
      steps: this.#steps,
    });
  }

  setState(state: StepState): Promise<void> {
    this.#assign(state.weights, state.optimizer);
    this.#balancer?.setState(state.optimizer);
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

  #batchFeeds({images, labels, size, mixed}: Batch): Feed[] {
    const {network, losses} = this.#options;
    const values =
      network.takesFeatures === true
        ? new Float32Array(images.buffer, images.byteOffset, images.byteLength / BYTES_OF_FLOAT)
        : images;
    return [
      {name: names.images, shape: [size, ...network.inputShape], values},
      {name: names.labels, shape: [size, losses.length], values: labels},
      ...(mixed === undefined
        ? []
        : [
            {name: names.mixedLabels, shape: [size, losses.length], values: mixed.labels},
            {name: names.fractions, shape: [size], values: mixed.fractions},
          ]),
    ];
  }

  /** @param slots undefined sets them to what they start with: averages as the weights, others zero. */
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
          const first = (): Float32Array =>
            suffix === `/${AVERAGE}`
              ? packed(layout, weights)
              : new Float32Array(sizeOf(layout.shape));
          const values = slots === undefined ? first() : packed(layout, slots, suffix);
          return feed(layout.name + suffix, layout, values);
        }),
      ],
      ['set_all'],
    );
  }

  /** Every slot of every weight. */
  #slotted(): {layout: Layout; suffix: string}[] {
    return this.#compiled.layouts.flatMap(layout =>
      slotNames(this.#options, layout.trainable).map(slot => ({layout, suffix: `/${slot}`})),
    );
  }

  #hasDropout(): boolean {
    return this.#options.network.trunk.some(
      ({definition: {kind, options}}) =>
        (kind === 'dropout' || kind === 'spatialDropout2d') && options.rate > 0,
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
