/**
 * `npm run bench:selection -- DATA [SEEDS]`: how much choosing the epoch on the same images flatters.
 * DATA has CelebA's layout, with 600 images of each combination of Male and Smiling or more.
 * Replaces its section of bench/RESULTS.md.
 *
 * For each seed, 2,000 images train, and two parts A and B of 200 are drawn from the same images. The
 * network is trained twice: once A is the validation part and B the test part, once the other way. The
 * loop never reads the test part before the end, and validation does not change the weights, so both
 * trainings have the same networks, epoch by epoch (which is checked), and together they tell the
 * accuracy on both parts after every epoch. The epoch is chosen on one part; the difference between
 * that part and the other is what the choice flatters. The mean over both directions is one number for
 * each seed, in which it cancels out that one part is easier than the other.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {overSeeds} from '../../build/compare/statistics/over-seeds.js';
import {loadDataset} from '../../build/data/load-dataset.js';
import {loadExperiment, shippedExperiments} from '../../build/experiment/load.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {useThreads} from '../../build/tensorflow/native/threads.js';
import {TrainingControl} from '../../build/training/context.js';
import {trainRun} from '../../build/training/train-run.js';
import {cacheFolder} from '../../build/util/cache-folder.js';
import {machineLine, writeSection} from '../results-section.mjs';

const [root, seeds = '20'] = process.argv.slice(2);
if (root === undefined) {
  process.stderr.write('Name the folder of the images: npm run bench:selection -- DATA\n');
  process.exit(2);
}
const HEADS = ['Male', 'Smiling'];
/** The shipped experiment with its parts of 2,000, 200 and 200 images, small enough for many seeds. */
const SETTINGS = [
  'data.image.scale=6',
  ...[8, 16, 32].map((filters, index) => `model.layers[${2 * index}].conv2d.filters=${filters}`),
  'model.layers[7].dense.units=32',
];
const work = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-bench-selection-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const {experiment} = (await loadExperiment('multi-output', shippedExperiments, SETTINGS))
  .variants[0];
const threads = useThreads(process.env, undefined, os.availableParallelism());
const backend = await loadBackend('auto', process.env, threads);

/** Trains on a data set; returns what happened in each epoch. */
async function epochsOf(seed, dataset) {
  const epochs = [];
  await trainRun({
    experiment: {...experiment, training: {...experiment.training, seed}},
    ...{dataset, backend, from: undefined, control: new TrainingControl()},
    emit: fact => {
      if (fact.type === 'epoch.ended') epochs.push(fact);
    },
    clock: () => performance.now(),
    memoryBytes: () => process.memoryUsage.rss(),
    checkpointMs: Infinity,
    output: {
      saveCheckpoint: () => Promise.resolve(''),
      modelFolder: name => path.join(work, name),
      savePredictions: () => Promise.resolve(),
    },
  });
  return epochs;
}

/** The epochs of both trainings of a seed: validated on the one part, and on the other. */
async function trainBoth(seed) {
  const dataset = await loadDataset(experiment.data, {
    ...{root: path.resolve(root), seed, cacheFolder: cacheFolder(process.env)},
    ...{onProgress: () => {}, onWarning: () => {}, signal: new AbortController().signal},
  });
  const {validation, test} = dataset;
  const onA = await epochsOf(seed, dataset);
  const onB = await epochsOf(seed, {...dataset, validation: test, test: validation});
  await dataset.close();
  const trained = epochs => JSON.stringify(epochs.map(({train}) => train));
  if (trained(onA) !== trained(onB)) throw new Error(`Seed ${seed}: the two trainings differ.`);
  return [onA, onB];
}

/** The index of the epoch with the least value, the first of equal ones. */
const leastAt = values => values.indexOf(Math.min(...values));
const accuracyOf = (epoch, head) => epoch.validation.heads[head].accuracy;
const meanAccuracy = epoch =>
  HEADS.reduce((sum, head) => sum + accuracyOf(epoch, head), 0) / HEADS.length;

const RULES = {
  'lowest validation loss (as the program)': epochs =>
    leastAt(epochs.map(({validation}) => validation.loss)),
  'highest validation accuracy, mean of the heads': epochs =>
    leastAt(epochs.map(epoch => -meanAccuracy(epoch))),
};
const measures = {
  ...Object.fromEntries(HEADS.map(head => [head, epoch => accuracyOf(epoch, head)])),
  'mean of the heads': meanAccuracy,
};

/** By rule and measure: a number in percentage points for each seed. */
const flattered = Object.fromEntries(
  Object.keys(RULES).map(rule => [
    rule,
    Object.fromEntries(Object.keys(measures).map(measure => [measure, []])),
  ]),
);
for (let seed = 1; seed <= Number(seeds); seed++) {
  const [onA, onB] = await trainBoth(seed);
  for (const [rule, choose] of Object.entries(RULES)) {
    for (const [measure, valueOf] of Object.entries(measures)) {
      const gain = (chosenOn, other) => {
        const at = choose(chosenOn);
        return valueOf(chosenOn[at]) - valueOf(other[at]);
      };
      flattered[rule][measure].push((100 * (gain(onA, onB) + gain(onB, onA))) / 2);
    }
  }
  const [, byAccuracy] = Object.values(flattered);
  process.stderr.write(
    `seed ${seed}: ${byAccuracy['mean of the heads'].at(-1).toFixed(2)} points\n`,
  );
}

const cellOf = values => {
  const {mean, interval} = overSeeds(values);
  const [low, high] = interval.map(value => value.toFixed(2));
  return `${mean.toFixed(2)} (${low} to ${high})`;
};
writeSection('What choosing the epoch flatters', [
  `Validation accuracy minus test accuracy at the epoch that validation chose, in percentage points: mean over ${seeds} seeds (95 %`,
  'interval, Student). Real photographs: 2,000 to train on, 200 for validation and 200 for test, drawn anew for each seed from a',
  'balanced sample; multi-output with 8, 16 and 32 filters at `data.image.scale=6`, 15 epochs. Each seed trains twice, with',
  'validation and test exchanged, and its number is the mean of both directions: a fixed epoch would give 0, since both parts',
  'are of the same distribution (`npm run bench:selection -- DATA`).',
  `${machineLine()}; ${Math.round(process.cpuUsage().user / 60e6)} minutes of processor time.`,
  '',
  `| the epoch with | ${Object.keys(measures).join(' | ')} |`,
  `| --- | ${Object.keys(measures)
    .map(() => '---:')
    .join(' | ')} |`,
  ...Object.entries(flattered).map(
    ([rule, byMeasure]) => `| ${rule} | ${Object.values(byMeasure).map(cellOf).join(' | ')} |`,
  ),
]);
