import {assertNever} from '../../util/assert-never.js';
import type {Network, NetworkLayer} from '../network.js';
import {optimizerSlots, type NamedOptimizer} from '../optimizer-spec.js';
import {applyLayer, applyPooled, isPooled} from './apply-layer.js';
import {UnknownLayer} from './layer-options.js';
import {GraphBuilder, type Value} from './builder.js';
import {sideBySide, wholeLayout, type Layout} from './layout.js';
import {headsLoss, type HeadsLoss} from './loss.js';
import type {GraphMessages} from './native.js';
import {bias} from './ops/bias.js';
import {chain, type Operation} from './ops/operation.js';
import {product} from './ops/product.js';
import {adam} from './optimizers/adam.js';
import {momentum} from './optimizers/momentum.js';
import type {Update} from './optimizers/optimizer.js';
import {rmsprop} from './optimizers/rmsprop.js';
import {sgd} from './optimizers/sgd.js';
import {scaledPixels} from './pixels.js';
import {Variables, type Variable} from './variables.js';
import {visibleArea, type VisibleArea} from './visible-area.js';

/** Names of what is fed and fetched; the same in every graph. */
export const names = {
  images: 'images',
  labels: 'labels',
  rate: 'rate',
  /** The rate without an optimiser's corrections: what weight decay goes by. */
  plainRate: 'plain_rate',
  step: 'step',
  train: 'train_results',
  evaluate: 'evaluate_results',
  probabilities: 'evaluate_probabilities',
} as const;

export type CompileOptions = {
  readonly messages: GraphMessages;
  readonly network: Network;
  readonly optimizer: NamedOptimizer;
  readonly lossWeights: readonly number[];
  readonly seed: number;
  /** Keeps the variables of two graphs in one process apart. */
  readonly scope: string;
};

export type CompiledGraph = {
  readonly bytes: Uint8Array;
  readonly layouts: readonly Layout[];
  /** All variables: weights, then the optimiser's slots. */
  readonly variables: readonly string[];
};

/**
 * Writes the graph of a training step: forward, backward and update under one fetch, evaluation
 * under another, over the same variables.
 *
 * @throws UnknownLayer where the network has something that the compiler does not know.
 */
export function compileGraph(options: CompileOptions): CompiledGraph {
  const {messages, network, optimizer, lossWeights} = options;
  const build = new GraphBuilder(messages);
  const variables = new Variables(build, options.scope);
  const layouts = layoutsOf(network);
  const weights = new Map(
    layouts.map(layout => [layout.name, variables.declare(layout.name, layout.shape)]),
  );
  const images = build.placeholder(names.images, 'uint8', [-1, ...network.inputShape]);
  const labels = build.placeholder(names.labels, 'uint8', [-1, network.heads.length]);
  const rate = build.placeholder(names.rate, 'float32', []);
  const plainRate = build.placeholder(names.plainRate, 'float32', []);
  const step = build.placeholder(names.step, 'int32', []);
  const visible = visibleArea(network.inputShape, shapedTrunk(network));
  const pixels = scaledPixels(build, images, visible.input);

  const averages: string[] = [];
  const pass = (training: boolean): Pass => ({
    build,
    network,
    visible,
    weights,
    step,
    seed: options.seed,
    training,
    averages,
  });
  const forward = runForward(pass(true), pixels);
  const trained = headsLoss(build, forward.logits, labels, lossWeights);
  const gradients = runBackward(forward, trained.gradient);
  const updates = [...gradients].map(([name, gradient]) => {
    const weight = weights.get(name) as Variable;
    const slots = optimizerSlots[optimizer.kind].map(slot =>
      variables.declare(`${name}/${slot}`, weight.shape),
    );
    const after = decay(build, optimizer, weight, gradient, plainRate);
    return applyOptimizer(build, optimizer, {weight, slots, gradient, rate, after});
  });
  fetchResults(build, trained, names.train, [...updates, ...averages]);

  const evaluated = headsLoss(build, runForward(pass(false), pixels).logits, labels, lossWeights);
  fetchResults(build, evaluated, names.evaluate, []);
  build.node(
    'Identity',
    [evaluated.probabilities],
    {T: {type: 'float32'}},
    {name: names.probabilities},
  );
  variables.finishAssignments();
  return {bytes: build.savedModel(), layouts, variables: variables.all.map(({name}) => name)};
}

/** The heads' weights lie side by side, so that all heads are one product. */
function layoutsOf(network: Network): Layout[] {
  const trunk = trunkOf(network);
  const heads = network.layers.filter(({isOutput}) => isOutput);
  for (const head of heads) refuseOddHead(head, heads[0] as NetworkLayer);
  return [
    ...trunk.flatMap(({weights}) => weights.map(wholeLayout)),
    ...HEAD_WEIGHTS.map((name, place) =>
      sideBySide(
        name,
        heads.map(({weights}) => weights[place] as NetworkLayer['weights'][number]),
      ),
    ),
  ];
}

function trunkOf({layers}: Network): readonly NetworkLayer[] {
  return layers.filter(({isOutput}) => !isOutput);
}

function shapedTrunk(network: Network) {
  return trunkOf(network).map(spec => ({
    spec,
    outputShape: (spec.layer.outputShape as number[]).slice(1),
  }));
}

const HEAD_WEIGHTS = ['all_heads/kernel', 'all_heads/bias'] as const;

function refuseOddHead(head: NetworkLayer, first: NetworkLayer): void {
  if (head.type === 'Dense' && head.weights.length === 2 && head.input === first.input) return;
  throw new UnknownLayer(
    `the head ${head.name} is not a dense layer with a bias on the common trunk`,
  );
}

type Pass = {
  readonly build: GraphBuilder;
  readonly network: Network;
  readonly visible: VisibleArea;
  readonly weights: ReadonlyMap<string, Variable>;
  readonly step: Value;
  readonly seed: number;
  readonly training: boolean;
  /** Nodes that update moving averages. */
  readonly averages: string[];
};

type Forward = {
  /** [batch, 2 * heads] */
  readonly logits: Value;
  /** In the order of computation, with the names of their weights. */
  readonly operations: readonly {
    readonly operation: Operation;
    readonly weights: readonly string[];
  }[];
};

function runForward(pass: Pass, pixels: Value): Forward {
  const {build, network, visible, weights} = pass;
  const operations: {operation: Operation; weights: readonly string[]}[] = [];
  let value = pixels;
  let above = network.inputName;
  let shape = visible.input;
  const trunk = trunkOf(network);
  for (let index = 0; index < trunk.length; index++) {
    const layer = trunk[index] as NetworkLayer;
    if (layer.input !== above) throw new UnknownLayer(`${layer.name} does not follow ${above}`);
    const pooling = isPooled(layer, trunk[index + 1]) ? trunk[++index] : undefined;
    const last = pooling ?? layer;
    const outputShape = visible.outputs[index] as readonly number[];
    const context = {
      ...pass,
      layer,
      input: value,
      inputShape: shape,
      outputShape,
      weights: layer.weights.map(({name}) => (weights.get(name) as Variable).value),
      onAverage: (place: number, batchValue: Value, share: number) =>
        pass.averages.push(movingAverage(pass, layer, place, batchValue, share)),
    };
    const operation = pooling === undefined ? applyLayer(context) : applyPooled(context, pooling);
    const learned = layer.weights.filter(({trainable}) => trainable).map(({name}) => name);
    operations.push({operation, weights: learned});
    [value, above, shape] = [operation.result, last.name, outputShape];
  }
  const [kernel, shift] = HEAD_WEIGHTS.map(name => (weights.get(name) as Variable).value) as [
    Value,
    Value,
  ];
  const heads = chain(product(build, value, kernel), input => bias(build, input, shift));
  operations.push({operation: heads, weights: HEAD_WEIGHTS});
  return {logits: heads.result, operations};
}

/** Gradient of the loss by each weight, last layer first; what lies above the first weight needs none. */
function runBackward({operations}: Forward, byLogits: Value): Map<string, Value> {
  const gradients = new Map<string, Value>();
  const firstLearning = operations.findIndex(({weights}) => weights.length > 0);
  let flowing = byLogits;
  for (let index = operations.length - 1; index >= firstLearning; index--) {
    const {operation, weights} = operations[index] as Forward['operations'][number];
    const back = operation.backward(flowing, index > firstLearning);
    weights.forEach((name, place) => gradients.set(name, back.weights[place] as Value));
    if (back.input !== undefined) flowing = back.input;
  }
  return gradients;
}

/** average - (average - batch) (1 - momentum) */
function movingAverage(
  {build, weights}: Pass,
  layer: NetworkLayer,
  place: number,
  batchValue: Value,
  share: number,
): string {
  const average = weights.get(layer.weights[place]?.name ?? '') as Variable;
  const distance = build.float('Sub', [average.value, batchValue]);
  const change = build.float('Mul', [distance, build.constant(1 - share)]);
  return build.node('AssignSubVariableOp', [average.handle, change], {dtype: {type: 'float32'}})
    .node;
}

/** w - rate decay w, once the gradient is known: it is that of the weight before. */
function decay(
  build: GraphBuilder,
  optimizer: NamedOptimizer,
  weight: Variable,
  gradient: Value,
  rate: Value,
): string[] {
  if (optimizer.weightDecay === 0) return [];
  const share = build.float('Mul', [rate, build.constant(optimizer.weightDecay)]);
  const change = build.float('Mul', [weight.value, share]);
  return [
    build.node(
      'AssignSubVariableOp',
      [weight.handle, change],
      {dtype: {type: 'float32'}},
      {after: [gradient.node]},
    ).node,
  ];
}

function applyOptimizer(build: GraphBuilder, optimizer: NamedOptimizer, update: Update): string {
  switch (optimizer.kind) {
    case 'adam':
      return adam(build, update, optimizer);
    case 'sgd':
      return sgd(build, update);
    case 'momentum':
      return momentum(build, update, optimizer);
    case 'rmsprop':
      return rmsprop(build, update, optimizer);
    default:
      return assertNever(optimizer);
  }
}

/** Loss, the heads' losses and their right answers in one vector, fetched when the updates are done. */
function fetchResults(
  build: GraphBuilder,
  {loss, headLosses, headCorrect}: HeadsLoss,
  name: string,
  after: readonly string[],
): void {
  const results = [build.reshape(loss, [1]), headLosses, headCorrect, build.constant(0, 'int32')];
  const joined = build.node('ConcatV2', results, {
    N: {int: 3},
    T: {type: 'float32'},
    Tidx: {type: 'int32'},
  });
  build.node('Identity', [joined], {T: {type: 'float32'}}, {name, after});
}
