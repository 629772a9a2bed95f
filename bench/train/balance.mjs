/**
 * Times one compiled step with each way to balance heads: `node balance.mjs HEADS`. Prints a line for each with
 * the median of the processor time in ms, and its ratio to equal weights; the methods take turns.
 */
import {gradientMethods, lossMethods} from '../../build/experiment/balance-methods.js';
import {ExperimentFile} from '../../build/experiment/schema.js';
import {buildModel} from '../../build/model/build.js';
import {modelPlans} from '../../build/model/plan.js';
import {createStep} from '../../build/tensorflow/create-step.js';
import {crossEntropy} from '../../build/tensorflow/head-loss.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {updateRule} from '../../build/tensorflow/optimizer-spec.js';
import {BATCH, HEIGHT, WIDTH, noise} from './setting.mjs';

const count = Number(process.argv[2] ?? 2);
const ROUNDS = 31;
const WARM_UP = 5;
const heads = Array.from({length: count}, (_, index) => `h${index}`);
const conv = filters => ({conv2d: {filters, kernel: 3, activation: 'relu'}});
const pool = {maxPooling2d: {size: 2}};
const layers = [conv(32), pool, conv(64), pool, conv(64), {flatten: {}}, {dense: {units: 64}}];
const backend = await loadBackend('tensorflow');
const methods = [...lossMethods, ...gradientMethods];
const steps = methods.map(balance => {
  const experiment = ExperimentFile.parse({
    name: 'bench',
    data: {heads, image: {size: [HEIGHT, WIDTH]}, split: {train: BATCH, validation: 1}},
    model: {kind: 'multi-output', layers},
    training: {balance},
  });
  const [plan] = modelPlans(experiment);
  const model = buildModel(backend.tf, experiment, plan);
  const losses = heads.map(() => crossEntropy());
  const rule = updateRule(experiment.training);
  return createStep({
    backend,
    model,
    heads,
    output: 'heads',
    rule,
    losses,
    seed: 1,
    choice: 'graph',
  }).step;
});
const batch = {
  images: noise(BATCH * HEIGHT * WIDTH * 3, 1),
  labels: noise(BATCH * count, 7).map(value => value & 1),
  size: BATCH,
};
const times = methods.map(() => []);
for (let round = 0; round < ROUNDS + WARM_UP; round++)
  for (const [index, step] of steps.entries()) {
    const before = process.cpuUsage();
    await step.trainBatch(batch, 0.0001);
    const {user, system} = process.cpuUsage(before);
    if (round >= WARM_UP) times[index].push((user + system) / 1000);
  }
const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const medians = times.map(median);
methods.forEach((method, index) =>
  console.log(
    `${count} heads, ${method}: ${medians[index].toFixed(2)} ms, ${(medians[index] / medians[0]).toFixed(2)}`,
  ),
);
process.exit(0);
