/**
 * What it costs to measure the affinity of heads at every tenth batch:
 * `npm run bench:affinity -- [ROUNDS] [graph|layers]`. Three steps of one network take ten batches each, in turns:
 * compiled ones (graph), or those of the layers.
 */
import {crossEntropy} from '../../build/tensorflow/head-loss.js';
import {createStep} from '../../build/tensorflow/create-step.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {updateRule} from '../../build/tensorflow/optimizer-spec.js';
import {ExperimentFile} from '../../build/experiment/schema.js';
import {buildModel} from '../../build/model/build.js';
import {modelPlans} from '../../build/model/plan.js';
import {machineLine, quantile, writeSection} from '../results-section.mjs';
import {BATCH, HEIGHT, WIDTH, noise} from './setting.mjs';

const rounds = Number(process.argv[2] ?? 30);
const choice = process.argv[3] ?? 'graph';
const EVERY = 10;
const isCompiled = choice === 'graph';
const WARM_UP = isCompiled ? 2 : 1;
const methods = [undefined, 'gradient-cosine', 'tag'];

/** Milliseconds: of the clock, or of the processor, which a slow step on a busy machine needs. */
function now() {
  const {user, system} = process.cpuUsage();
  return isCompiled ? performance.now() : (user + system) / 1000;
}

const backend = await loadBackend('tensorflow');

function stepOf(count, method) {
  const heads = Array.from({length: count}, (_, index) => `h${index}`);
  const experiment = ExperimentFile.parse({
    name: 'bench',
    data: {heads, image: {size: [HEIGHT, WIDTH]}, split: {train: BATCH, validation: 1}},
    model: {
      kind: 'multi-output',
      layers: [
        ...[{conv2d: {filters: 32, kernel: 3, activation: 'relu'}}, {maxPooling2d: {size: 2}}],
        ...[{conv2d: {filters: 64, kernel: 3, activation: 'relu'}}, {maxPooling2d: {size: 2}}],
        ...[{conv2d: {filters: 64, kernel: 3, activation: 'relu'}}, {maxPooling2d: {size: 2}}],
        ...[{flatten: {}}, {dense: {units: 128, activation: 'relu'}}],
      ],
    },
    training: method === undefined ? {} : {affinity: {method}},
  });
  const [plan] = modelPlans(experiment);
  const {training} = experiment;
  return createStep({
    backend,
    model: buildModel(backend.tf, experiment, plan),
    ...{heads, output: 'heads', rule: updateRule(training), affinity: training.affinity},
    ...{losses: heads.map(() => crossEntropy()), seed: 1, choice},
  }).step;
}

const rows = [];
for (const count of [2, 9, 40]) {
  const images = noise(BATCH * HEIGHT * WIDTH * 3, 1);
  const labels = noise(BATCH * count, 7).map(value => value & 1);
  const batch = {images, labels, size: BATCH};
  const steps = methods.map(method => stepOf(count, method));
  const times = methods.map(() => []);
  for (let round = 0; round < WARM_UP + rounds; round++) {
    for (const [at, step] of steps.entries()) {
      const startMs = now();
      for (let index = 0; index < EVERY; index++)
        await step.trainBatch(batch, 0.001, undefined, methods[at] !== undefined && index === 0);
      if (round >= WARM_UP) times[at].push((now() - startMs) / EVERY);
    }
  }
  steps.forEach(step => step.dispose());
  const [plain, ...measured] = times.map(values => quantile(values, 0.5));
  const cost = measured.map(value => `${(100 * (value / plain - 1)).toFixed(1)} %`);
  const cells = [plain, ...measured].map(value => value.toFixed(2));
  rows.push(`| ${[count, ...cells, ...cost].join(' | ')} |`);
}
writeSection(`Affinity of heads${isCompiled ? '' : ' in the layers step'}`, [
  `Milliseconds${isCompiled ? '' : ' of processor time'} of a batch of ${BATCH} images of ${HEIGHT}x${WIDTH} in the ${isCompiled ? 'compiled' : 'layers'} step: medians of ${rounds} times ten batches, of`,
  `which the first is measured, in turns with and without (\`npm run bench:affinity${isCompiled ? '' : ` -- ${rounds} layers`}\`).`,
  `${machineLine()}.`,
  '',
  '| heads | without | gradient-cosine | tag | cost of gradient-cosine | cost of tag |',
  '| ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows,
]);
process.exit(0);
