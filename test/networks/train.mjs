/**
 * Trains random networks on one backend and prints what came of each, a line of JSON at a time; a line
 * `{"seed": …}` comes before, so that whoever reads knows what a crash was in.
 *
 * usage: train.mjs BACKEND STEP PROFILE FIRST_SEED COUNT
 */
import {createStep} from '../../build/tensorflow/create-step.js';
import {crossEntropy} from '../../build/tensorflow/head-loss.js';
import {updateRule} from '../../build/tensorflow/optimizer-spec.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {buildModel} from '../../build/model/build.js';
import {seededRandom} from '../../build/util/random.js';
import {randomNetwork} from './random-network.mjs';

const RATE = 0.05;
const [name, choice, profile, first, count] = process.argv.slice(2);
const backend = await loadBackend(name);
const say = line => process.stdout.write(`${JSON.stringify(line)}\n`);

for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  say({seed});
  say({seed, ...(await train(randomNetwork(seed, profile), seed))});
}

async function train({experiment, plan, batches, loss}, seed) {
  const model = buildModel(backend.tf, experiment, plan);
  const {step} = await createStep({
    backend,
    model,
    heads: plan.heads,
    output: plan.output,
    activation: plan.activation,
    mixup: mixes(experiment),
    rule: updateRule(experiment.training),
    losses: plan.heads.map((_, index) => (index === 0 ? loss : crossEntropy())),
    seed: experiment.training.seed,
    choice,
  });
  const random = seededRandom(seed);
  const labelsOf = size =>
    Uint8Array.from({length: size * plan.heads.length}, () => (random() < 0.5 ? 0 : 1));
  const batchOf = size => ({
    images: Uint8Array.from({length: size * product(experiment.data.image.size) * 3}, () =>
      Math.floor(random() * 256),
    ),
    labels: labelsOf(size),
    size,
  });
  const mixedBatchOf = size => ({
    ...batchOf(size),
    mixed: {
      labels: labelsOf(size),
      fractions: Float32Array.from({length: size}, () => random() / 2),
    },
  });
  const trainingBatchOf = mixes(experiment) ? mixedBatchOf : batchOf;
  const before = await step.getState();
  const losses = [];
  for (const size of batches)
    losses.push((await step.trainBatch(trainingBatchOf(size), RATE)).loss);
  const evaluated = await step.evaluateBatch(batchOf(batches[0]));
  const after = await step.getState();
  const result = {
    kind: step.kind,
    losses,
    probabilities: [...evaluated.probabilities],
    // What training changed: the weights themselves would hide a wrong gradient. Wide networks
    // have too many to print; they are trained for crashes.
    changes:
      profile === 'wide'
        ? []
        : after.weights.map(({name: weight, values}, index) => ({
            weight,
            values: [...values].map((value, at) => value - before.weights[index].values[at]),
          })),
    layers: experiment.model.layers,
  };
  step.dispose();
  model.dispose();
  return result;
}

function mixes({training}) {
  return training.augment !== undefined;
}

function product([height, width]) {
  return height * width;
}
