/** Times training steps of one backend: `node one.mjs tensorflow|wasm|cpu graph|layers STEPS WARM_UP`. */
import {crossEntropy} from '../../build/tensorflow/head-loss.js';
import {createStep} from '../../build/tensorflow/create-step.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {ExperimentFile} from '../../build/experiment/schema.js';
import {buildModel} from '../../build/model/build.js';
import {modelPlans} from '../../build/model/plan.js';
import {BATCH, HEIGHT, WIDTH, noise, report} from '../train/setting.mjs';

const [name, choice, ...numbers] = process.argv.slice(2);
const [steps, warmUp] = numbers.map(Number);
const heads = ['first', 'second'];
const conv = filters => ({conv2d: {filters, kernel: 3, activation: 'relu'}});
const pool = {maxPooling2d: {size: 2}};
// The tutorial's two-output model.
const layers = [conv(32), pool, conv(64), pool, conv(64), pool];
const experiment = ExperimentFile.parse({
  name: 'bench',
  data: {heads, image: {size: [HEIGHT, WIDTH]}, split: {train: BATCH, validation: 1}},
  model: {
    kind: 'multi-output',
    layers: [...layers, {flatten: {}}, {dense: {units: 64, activation: 'relu'}}],
  },
});
const backend = await loadBackend(name);
const [plan] = modelPlans(experiment);
const model = buildModel(backend.tf, experiment, plan);
const {step} = await createStep({
  backend,
  model,
  heads,
  output: 'heads',
  rule: {optimizer: {kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0}},
  losses: [crossEntropy(), crossEntropy()],
  seed: 1,
  choice,
});
const batch = {
  images: noise(BATCH * HEIGHT * WIDTH * 3, 1),
  labels: noise(BATCH * heads.length, 7).map(value => value & 1),
  size: BATCH,
};
const seconds = [];
let processorBefore = process.cpuUsage();
for (let index = 0; index < warmUp + steps; index++) {
  if (index === warmUp) processorBefore = process.cpuUsage();
  const startMs = performance.now();
  await step.trainBatch(batch, 0.001);
  if (index >= warmUp) seconds.push((performance.now() - startMs) / 1000);
}
const {user, system} = process.cpuUsage(processorBefore);
report({
  seconds,
  processorSeconds: (user + system) / 1e6 / steps,
  version: backend.version,
  parameters: model.countParams(),
});
process.exit(0);
