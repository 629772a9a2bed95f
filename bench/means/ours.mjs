/**
 * Times training with each means of a group in turns: `node ours.mjs GROUP ROUNDS`. Prints, for each, the
 * seconds and the seconds of processor time of every round.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {memorySet} from '../../build/data/dataset.js';
import {mixesImages} from '../../build/data/mixup.js';
import {inputSize} from '../../build/experiment/input-size.js';
import {ExperimentFile} from '../../build/experiment/schema.js';
import {buildModel} from '../../build/model/build.js';
import {modelPlans} from '../../build/model/plan.js';
import {createStep} from '../../build/tensorflow/create-step.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {classCounts} from '../../build/tensorflow/network.js';
import {updateRule} from '../../build/tensorflow/optimizer-spec.js';
import {learningRateAt} from '../../build/tensorflow/schedule.js';
import {loadBackbone} from '../../build/training/backbone.js';
import {trainingPlan} from '../../build/training/batch-plans.js';
import {batchCount, batchesOf} from '../../build/training/batches.js';
import {frozenPart} from '../../build/training/frozen-part.js';
import {headLosses} from '../../build/training/head-losses.js';
import {updateGroup} from '../../build/training/train-epoch.js';
import {BATCH, noise} from '../train/setting.mjs';
import {experimentWith, meansOf, tutorialAlone} from './means.mjs';

const [group, rounds] = process.argv.slice(2);
const IMAGES = 6 * BATCH;
const WARM_UP = 2;

const work = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-bench-means-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
const backend = await loadBackend('tensorflow');

function datasetOf({data}) {
  const [height, width] = inputSize(data);
  const imageBytes = height * width * 3;
  const files = Array.from({length: IMAGES}, (_, index) => String(index));
  const labels = noise(IMAGES * data.heads.length, 7).map(value => value & 1);
  const train = memorySet(files, labels, noise(IMAGES * imageBytes, 1), imageBytes);
  return {...{heads: data.heads, height, width, train}, validation: train, fingerprint: 'noise'};
}

/** What trains one means, and what it took. */
function contender(entry) {
  const experiment = ExperimentFile.parse(experimentWith(entry));
  const {training} = experiment;
  const [plan] = modelPlans(experiment);
  const model = buildModel(backend.tf, experiment, plan);
  loadBackbone(backend.tf, model, experiment, plan);
  const images = datasetOf(experiment);
  const run = {...{experiment, backend, dataset: images, cacheFolder: work}, emit: () => {}};
  const below = entry.keepsFeatures === true ? frozenPart(run, plan, model) : undefined;
  const dataset = below?.features.dataset ?? images;
  const {step} = createStep({
    ...{backend, model, part: below?.above, heads: plan.heads, classes: plan.classes},
    ...{output: plan.output, activation: plan.activation, rule: updateRule(training)},
    losses: headLosses(training, plan.heads, dataset, classCounts(plan)),
    mixup: mixesImages(training.augment),
    ...{seed: 1, choice: 'graph'},
  });
  return {entry, context: {experiment, dataset}, plan, step, seconds: [], processorSeconds: []};
}

async function trainRound({context, plan, step}, epoch) {
  const {training} = context.experiment;
  const batches = trainingPlan(context, plan, epoch);
  const batchesPerEpoch = batchCount(IMAGES, batches.batchSize);
  let done = 0;
  for await (const batch of batchesOf(batches)) {
    const rate = learningRateAt(training, {epoch, batch: done, batchesPerEpoch});
    await step.trainBatch(batch, rate, updateGroup(batches, training.accumulate ?? 1, done));
    done += 1;
    // As the loop of training does, which listens to messages.
    await setImmediate();
  }
}

const contenders = [tutorialAlone, ...meansOf('throughput', group)].map(contender);
for (let round = 1 - WARM_UP; round <= Number(rounds); round++)
  for (const each of contenders) {
    const [startMs, before] = [performance.now(), process.cpuUsage()];
    await trainRound(each, WARM_UP + round);
    const {user, system} = process.cpuUsage(before);
    if (round < 1) continue;
    each.seconds.push((performance.now() - startMs) / 1000);
    each.processorSeconds.push((user + system) / 1e6);
  }
const measured = contenders.map(({entry: {name}, seconds, processorSeconds}) => [
  name,
  {seconds, processorSeconds},
]);
process.stdout.write(`${JSON.stringify({images: IMAGES, means: Object.fromEntries(measured)})}\n`);
process.exit(0);
