/** Times epochs of our own training step: `node ours.mjs MODEL graph|layers EPOCHS`. */
import {crossEntropy} from '../../build/tensorflow/head-loss.js';
import {createStep} from '../../build/tensorflow/create-step.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {memorySet} from '../../build/data/dataset.js';
import {ExperimentFile} from '../../build/experiment/schema.js';
import {buildModel} from '../../build/model/build.js';
import {modelPlans} from '../../build/model/plan.js';
import {epochOrder} from '../../build/training/batches.js';
import {batchesOf} from '../../build/training/batches.js';
import {BATCH, HEIGHT, IMAGES, WARM_UP, WIDTH, modelOf, noise, report} from './setting.mjs';

const [name, choice, epochs, precision = 'float32'] = process.argv.slice(2);
const {heads: headCount, layers} = modelOf(name);
const heads = Array.from({length: headCount}, (_, index) => `h${index}`);
const entries = {
  conv: filters => ({conv2d: {filters, kernel: 3, activation: 'relu'}}),
  pool: () => ({maxPooling2d: {size: 2}}),
  flatten: () => ({flatten: {}}),
  dense: units => ({dense: {units, activation: 'relu'}}),
};
const experiment = ExperimentFile.parse({
  name: 'bench',
  data: {heads, image: {size: [HEIGHT, WIDTH]}, split: {train: IMAGES, validation: 1}},
  model: {
    kind: 'multi-output',
    layers: layers.map(text => {
      const [kind, size] = text.split(' ');
      return entries[kind](Number(size));
    }),
  },
});

const backend = await loadBackend('tensorflow');
const [plan] = modelPlans(experiment);
const model = buildModel(backend.tf, experiment, plan);
const beforeMs = performance.now();
const {step} = await createStep({
  backend,
  model,
  heads,
  output: 'heads',
  rule: {optimizer: {kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0}},
  losses: heads.map(() => crossEntropy()),
  seed: 1,
  precision,
  choice,
});
const createSeconds = (performance.now() - beforeMs) / 1000;

const imageBytes = HEIGHT * WIDTH * 3;
const labels = noise(IMAGES * headCount, 7).map(value => value & 1);
const set = memorySet(
  Array.from({length: IMAGES}, (_, index) => String(index)),
  labels,
  noise(IMAGES * imageBytes, 1),
  imageBytes,
);
const seconds = [];
for (let epoch = 0; epoch < WARM_UP + Number(epochs); epoch++) {
  const startMs = performance.now();
  const order = epochOrder(1, 'bench', epoch, IMAGES);
  for await (const batch of batchesOf({
    set,
    order,
    batchSize: BATCH,
    size: [HEIGHT, WIDTH],
    headPositions: heads.map((_, index) => index),
  })) {
    await step.trainBatch(batch, 0.001);
  }
  if (epoch >= WARM_UP) seconds.push((performance.now() - startMs) / 1000);
}
report({seconds, createSeconds});
process.exit(0);
