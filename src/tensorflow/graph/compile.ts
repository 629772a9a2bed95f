import {isGradientMethod} from '../../experiment/balance-methods.js';
import {lossColumns} from '../head-loss.js';
import {
  AVERAGE,
  GRADIENT_SUM,
  optimizerSlots,
  slotNames,
  type UpdateRule,
} from '../optimizer-spec.js';
import type {StepOptions} from '../training-step.js';
import {savedModelIn} from './bfloat16.js';
import {GraphBuilder, type Value} from './builder.js';
import {headProducts, layoutsOf, type Layout} from './layout.js';
import type {HeadsLoss} from './group-loss.js';
import {crossProducts, gradientProducts} from './head-gradients.js';
import {headsLoss, logOdds} from './loss.js';
import {accumulated} from './accumulate.js';
import {backwardPass, forwardPass} from './passes.js';
import {pausedAt} from './paused.js';
import {applyOptimizer, clipped, decay, moveAverage} from './update.js';
import {Variables, type Variable} from './variables.js';

/** Names of the nodes that are fed and fetched. */
export const names = {
  images: 'images',
  labels: 'labels',
  /** Labels of the images that are mixed in, and how much of each image they are. */
  mixedLabels: 'mixed_labels',
  fractions: 'mixed_fractions',
  rate: 'rate',
  /** The rate without an optimizer's corrections, for weight decay. */
  plainRate: 'plain_rate',
  step: 'step',
  groupImages: 'group_images',
  averageFraction: 'average_fraction',
  /** Weight of the head of each logit, where the heads are balanced. */
  columnWeights: 'column_weights',
  /** The same for the layers below the heads, where gradients are weighed. */
  weightsBelow: 'column_weights_below',
  /** What is measured before the weights are known. */
  measured: 'measured_losses',
  products: 'measured_products',
  train: 'train_results',
  accumulate: 'accumulate_results',
  evaluate: 'evaluate_results',
  probabilities: 'evaluate_probabilities',
  logOdds: 'evaluate_log_odds',
  /** Only where a head has more than two classes. */
  predicted: 'evaluate_predicted',
  /** Fetched with a training batch that is measured; which of them follows from the method. */
  affinity: {
    'gradient-cosine': ['affinity_products'],
    tag: ['affinity_logits', 'affinity_gradient', 'affinity_kernels'],
  },
} as const;

type CompileOptions = Omit<StepOptions, 'tf'> & {
  /** Keeps the variables of two graphs in one process apart. */
  readonly scope: string;
};

export type CompiledGraph = {
  readonly bytes: Uint8Array;
  readonly layouts: readonly Layout[];
  /** Names of all variables: weights, then the optimizer's slots. */
  readonly variables: readonly string[];
};

/**
 * Writes the graph of a training step: forward, backward and update under one fetch, evaluation
 * under another, over the same variables.
 */
export function compileGraph(options: CompileOptions): CompiledGraph {
  const {network, optimizer, losses, clipNorm, accumulate = 1, emaDecay} = options;
  const build = new GraphBuilder();
  const variables = new Variables(build, options.scope);
  const layouts = layoutsOf(network);
  const weights = new Map(
    layouts.map(layout => [layout.name, variables.declare(layout.name, layout.shape)]),
  );
  const slotsOf = slotVariables(variables, layouts, options);
  const images = build.placeholder(
    names.images,
    network.takesFeatures === true ? 'float32' : 'uint8',
    [-1, ...network.inputShape],
  );
  const labels = build.placeholder(names.labels, 'uint8', [-1, losses.length]);
  const rate = build.placeholder(names.rate, 'float32', []);
  const plainRate = build.placeholder(names.plainRate, 'float32', []);
  const step = build.placeholder(names.step, 'int32', []);

  const {seed} = options;
  const pass = {build, network, weights, images, step, seed};
  const forward = forwardPass({...pass, training: true});
  const {trained, byLogits, belowHeads} = trainedLoss(
    ...[build, forward.logits, labels, weights, options],
  );
  nameAffinity(build, options, weights, {logits: forward.logits, gradient: byLogits});
  let gradients: ReadonlyMap<string, Value> = backwardPass(build, forward, byLogits, belowHeads);
  const groupEnd: string[] = [];
  if (accumulate > 1) {
    const groupImages = build.placeholder(names.groupImages, 'float32', []);
    const sumOf = (name: string): Variable => slotsOf(name).get(GRADIENT_SUM) as Variable;
    const group = accumulated(build, gradients, {sumOf, labels, groupImages});
    gradients = group.means;
    groupEnd.push(...group.reset);
    fetchResults(build, trained, names.accumulate, [...group.store, ...forward.averages.values()]);
  }
  const updates = new Map(forward.averages);
  for (const [name, gradient] of clipped(build, gradients, clipNorm)) {
    const weight = weights.get(name) as Variable;
    const slots = optimizerSlots[optimizer.kind].map(slot => slotsOf(name).get(slot) as Variable);
    const after = decay(build, optimizer, weight, gradient, plainRate);
    updates.set(name, applyOptimizer(build, optimizer, {weight, slots, gradient, rate, after}));
  }
  const results = [...updates.values(), ...groupEnd];
  let evaluatedWeights: ReadonlyMap<string, Variable> = weights;
  if (emaDecay !== undefined) {
    const fraction = build.placeholder(names.averageFraction, 'float32', []);
    evaluatedWeights = new Map(
      [...weights.keys()].map(name => [name, slotsOf(name).get(AVERAGE) as Variable]),
    );
    for (const [name, update] of updates) {
      const average = evaluatedWeights.get(name) as Variable;
      results.push(moveAverage(build, average, weights.get(name) as Variable, fraction, update));
    }
  }
  fetchResults(build, trained, names.train, results);

  const {logits} = forwardPass({...pass, weights: evaluatedWeights, training: false});
  const evaluated = headsLoss(build, logits, labels, losses);
  fetchResults(build, evaluated, names.evaluate, []);
  build.identity(evaluated.probabilities, names.probabilities);
  if (evaluated.predicted !== undefined) build.identity(evaluated.predicted, names.predicted);
  build.identity(logOdds(build, logits, lossColumns(losses)), names.logOdds);
  variables.finishAssignments();
  const pause = pauseOf(options.balance);
  const bytes = savedModelIn(options.precision ?? 'float32', build, nodes =>
    pause === undefined ? nodes : pausedAt(nodes, pause, options.scope),
  );
  return {bytes, layouts, variables: variables.all.map(({name}) => name)};
}

/** Writes the loss of training. The weights of heads that are balanced are fed, and so not in the loss. */
function trainedLoss(
  build: GraphBuilder,
  logits: Value,
  labels: Value,
  weights: ReadonlyMap<string, Variable>,
  {losses, balance, network, mixup}: CompileOptions,
): {readonly trained: HeadsLoss; readonly byLogits: Value; readonly belowHeads?: Value} {
  const mixed =
    mixup === true
      ? {
          labels: build.placeholder(names.mixedLabels, 'uint8', [-1, losses.length]),
          fractions: build.placeholder(names.fractions, 'float32', [-1]),
        }
      : undefined;
  if (balance === undefined) {
    const trained = headsLoss(build, logits, labels, losses, mixed);
    return {trained, byLogits: trained.gradient};
  }
  const plain = losses.map(loss => ({...loss, weight: 1}));
  const trained = headsLoss(build, logits, labels, plain, mixed);
  build.identity(trained.headLosses, names.measured);
  const columns = lossColumns(losses);
  const width = columns.reduce((sum, count) => sum + count, 0);
  const {gradient} = trained;
  const weighted = (name: string): Value =>
    build.float('Mul', [gradient, build.placeholder(name, 'float32', [width])]);
  const byLogits = weighted(names.columnWeights);
  if (!isGradientMethod(balance)) return {trained, byLogits};
  const kernel = kernelOfHeads(network, weights);
  build.identity(gradientProducts(build, {gradient, kernel, columns}), names.products);
  return {trained, byLogits, belowHeads: weighted(names.weightsBelow)};
}

/** Declares the slots of all weights. Returns those of a weight, by the names of the slots. */
function slotVariables(
  variables: Variables,
  layouts: readonly Layout[],
  rule: UpdateRule,
): (weight: string) => ReadonlyMap<string, Variable> {
  const slots = new Map(
    layouts.map(({name, shape, trainable}) => [
      name,
      new Map(
        slotNames(rule, trainable).map(slot => [slot, variables.declare(`${name}/${slot}`, shape)]),
      ),
    ]),
  );
  return weight => slots.get(weight) ?? new Map<string, Variable>();
}

/** What a method looks at before it weighs the heads of a batch. */
function pauseOf(balance: CompileOptions['balance']): string | undefined {
  if (isGradientMethod(balance)) return names.products;
  return balance === 'gls' || balance === 'famo' ? names.measured : undefined;
}

/** The kernel of all heads, which are all on the same layer. */
function kernelOfHeads(
  {outputs}: CompileOptions['network'],
  weights: ReadonlyMap<string, Variable>,
): Value {
  return weights.get(headProducts(outputs)[0]?.weights[0] ?? '')?.value as Value;
}

/** Names what is fetched to compare the heads, which are all on the same layer, on a batch. */
function nameAffinity(
  build: GraphBuilder,
  {affinity, losses, network}: CompileOptions,
  weights: ReadonlyMap<string, Variable>,
  {logits, gradient}: Record<'logits' | 'gradient', Value>,
): void {
  if (affinity === undefined) return;
  const kernel = kernelOfHeads(network, weights);
  const columns = lossColumns(losses);
  const values =
    affinity === 'tag'
      ? [logits, gradient, crossProducts(build, kernel)]
      : [gradientProducts(build, {gradient, kernel, columns})];
  values.forEach((value, at) => build.identity(value, names.affinity[affinity][at]!));
}

/** Joins the loss, the heads' losses and their correct images in one vector, ready after the updates. */
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
  build.identity(joined, name, after);
}
