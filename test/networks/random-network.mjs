/** Random networks with random training, each from one seed: for comparing backends and for crashes. */
import {parseExperiment} from '../../build/experiment/parse.js';
import {modelPlans} from '../../build/model/plan.js';
import {seededRandom} from '../../build/util/random.js';
import {UserError} from '../../build/util/user-error.js';

const ACTIVATIONS = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'softplus', 'softsign'],
  ...['tanh', 'swish', 'gelu'],
];
const OPTIMIZERS = [
  random => ({sgd: {learningRate: 0.1, weightDecay: random() < 0.3 ? 0.1 : 0}}),
  random => ({momentum: {learningRate: 0.05, momentum: 0.8, nesterov: random() < 0.5}}),
  // A large epsilon: dividing by the root of a tiny square would make rounding visible.
  random => ({adam: {epsilon: 0.01, beta2: random() < 0.5 ? 0.999 : 0.9999}}),
  random => ({rmsprop: {epsilon: 0.01, momentum: random() < 0.5 ? 0 : 0.5}}),
];

/** What sizes are drawn from. `small` is quick everywhere; `wide` reaches oneDNN's blocked kernels. */
const profiles = {
  small: {
    channels: [1, 2, 3, 4, 5, 6],
    side: [6, 17],
    batch: [1, 6],
    layers: [1, 4],
    kernel: [1, 4],
  },
  wide: {
    channels: [1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 24, 31, 32, 33, 48, 64, 96],
    side: [4, 48],
    batch: [1, 33],
    layers: [1, 5],
    kernel: [1, 7],
  },
};

/**
 * The network of a seed.
 *
 * @param profile `small` or `wide`.
 * @returns `{experiment, plan, batches, loss}`: the experiment is validated and its layers fit; `batches`
 *   are sizes, of which the last may be smaller; `loss` is that of the first head.
 */
export function randomNetwork(seed, profile) {
  const random = seededRandom(seed);
  const means = randomMeans(seed);
  for (;;) {
    const drawn = draw(random, profiles[profile]);
    const {definition} = drawn;
    const experiment = fitting({
      ...definition,
      model: {...definition.model, ...means.model},
      training: {...definition.training, ...means.training},
    });
    if (experiment === undefined) continue;
    const [plan] = modelPlans(experiment);
    return {...drawn, experiment, plan, loss: randomLoss(seed)};
  }
}

/** The experiment of a definition; undefined where a window does not fit its input. */
function fitting(definition) {
  try {
    return parseExperiment(JSON.stringify(definition), 'random').variants[0].experiment;
  } catch (error) {
    if (error instanceof UserError && error.message.includes('does not fit')) return undefined;
    throw error;
  }
}

function draw(random, {channels, side, batch, layers, kernel}) {
  const between = ([from, to]) => from + Math.floor(random() * (to - from + 1));
  const one = list => list[Math.floor(random() * list.length)];
  const sides = range => (random() < 0.5 ? between(range) : [between(range), between(range)]);
  const padding = () => one(['valid', 'same']);
  const convolution = () => {
    const stride = random() < 0.5 ? 1 : sides([1, 4]);
    const dilation = stride === 1 && random() < 0.15 ? sides([1, 3]) : 1;
    return {
      filters: one(channels),
      kernel: random() < 0.3 ? 1 : sides(kernel),
      stride,
      dilation,
      padding: padding(),
      activation: one(ACTIVATIONS),
      useBias: random() < 0.8,
    };
  };
  const pooling = () => ({size: sides([1, 4]), stride: sides([1, 4]), padding: padding()});
  const layer = () =>
    one([
      () => ({conv2d: convolution()}),
      () => ({conv2d: convolution()}),
      () => ({conv2d: convolution()}),
      () => ({maxPooling2d: pooling()}),
      () => ({averagePooling2d: pooling()}),
      () => ({batchNormalization: {momentum: 0.8}}),
      () => ({activation: {function: one(ACTIVATIONS)}}),
    ])();
  const same = () => ({conv2d: {filters: one(channels), padding: 'same', activation: 'tanh'}});
  const branching = () =>
    one([
      () => ({
        depthwiseConv2d: {kernel: sides(kernel), stride: between([1, 3]), padding: padding()},
      }),
      () => ({separableConv2d: {filters: one(channels), padding: padding(), activation: 'relu'}}),
      () => ({groupNormalization: {groups: 1}}),
      () => ({
        zeroPadding2d: {
          padding: one([
            1,
            [0, 2],
            [
              [1, 0],
              [0, 1],
            ],
          ]),
        },
      }),
      () => ({squeezeExcitation: {ratio: 2}}),
      () => ({residual: {layers: [same(), {conv2d: {...same().conv2d, stride: between([1, 2])}}]}}),
      () => ({add: [[], [{averagePooling2d: {size: 3, stride: 1, padding: 'same'}}]]}),
    ])();
  const trunk = Array.from({length: between(layers)}, () => (random() < 0.3 ? branching : layer)());
  const flat = random() < 0.7 ? {flatten: {}} : {globalAveragePooling2d: {}};
  const dense =
    random() < 0.5 ? [{dense: {units: one(channels), activation: one(ACTIVATIONS)}}] : [];
  const size = between(batch);
  return {
    definition: {
      name: 'random',
      data: {
        heads: ['Male', 'Smiling'],
        image: {size: [between(side), between(side)]},
        split: {train: 64, validation: 8},
      },
      model: {
        kind: one(['multi-output', 'concatenated', 'separate']),
        layers: [...trunk, flat, ...dense],
      },
      training: {optimizer: one(OPTIMIZERS)(random), seed: 1 + Math.floor(random() * 1000)},
    },
    batches: [size, size, between([1, size])],
  };
}

/** Sigmoids and mixed images for some networks, by numbers of their own. */
function randomMeans(seed) {
  const random = seededRandom(seed + 2_000_000);
  return {
    model: random() < 0.4 ? {output: 'sigmoid'} : {},
    training: random() < 0.4 ? {augment: {mixup: 0.4}} : {},
  };
}

/** Has numbers of its own, so that a network does not depend on what its loss draws. */
function randomLoss(seed) {
  const random = seededRandom(seed + 1_000_000);
  const one = list => list[Math.floor(random() * list.length)];
  return {
    weight: one([1, 0.5]),
    classWeights: one([
      [1, 1],
      [0.5, 2],
    ]),
    labelSmoothing: one([0, 0.1]),
    focalGamma: one([0, 0, 0.5, 2]),
  };
}
