/**
 * Times training with each means of a group in turns: `node ours.mjs GROUP ROUNDS`. Prints, for each, the
 * seconds and the seconds of processor time of every round.
 */
import {memorySet} from '../../build/data/dataset.js';
import {ExperimentFile} from '../../build/experiment/schema.js';
import {buildModel} from '../../build/model/build.js';
import {modelPlans} from '../../build/model/plan.js';
import {createStep} from '../../build/tensorflow/create-step.js';
import {loadBackend} from '../../build/tensorflow/load.js';
import {updateRule} from '../../build/tensorflow/optimizer-spec.js';
import {learningRateAt} from '../../build/tensorflow/schedule.js';
import {trainingPlan} from '../../build/training/batch-plans.js';
import {batchCount, batchesOf} from '../../build/training/batches.js';
import {headLosses} from '../../build/training/head-losses.js';
import {updateGroup} from '../../build/training/train-epoch.js';
import {HEIGHT, IMAGES, WIDTH, noise} from '../train/setting.mjs';
import {experimentWith, meansOf, tutorialAlone} from './means.mjs';

const [group, rounds] = process.argv.slice(2);
/** Of an epoch, which is cut short so that the turns are. */
const BATCHES = 12;
const WARM_UP = 2;

const backend = await loadBackend('tensorflow');
const imageBytes = HEIGHT * WIDTH * 3;
const images = noise(IMAGES * imageBytes, 1);

/** What trains one means, and what it took. */
function contender(entry) {
  const experiment = ExperimentFile.parse(experimentWith(entry));
  const {heads} = experiment.data;
  const {training} = experiment;
  const labels = noise(IMAGES * heads.length, 7).map(value => value & 1);
  const files = Array.from({length: IMAGES}, (_, index) => String(index));
  const train = memorySet(files, labels, images, imageBytes);
  const dataset = {heads, train, validation: train, height: HEIGHT, width: WIDTH};
  const [plan] = modelPlans(experiment);
  const {step} = createStep({
    backend,
    model: buildModel(backend.tf, experiment, plan),
    heads: plan.heads,
    classes: plan.classes,
    output: plan.output,
    rule: updateRule(training),
    losses: headLosses(training, plan.heads, dataset),
    seed: 1,
    choice: 'graph',
  });
  return {entry, context: {experiment, dataset}, plan, step, seconds: [], processorSeconds: []};
}

async function trainRound({context, plan, step}, epoch) {
  const {training} = context.experiment;
  const batches = trainingPlan(context, plan, epoch);
  const order = batches.order.subarray(0, BATCHES * batches.batchSize);
  const batchesPerEpoch = batchCount(IMAGES, batches.batchSize);
  let done = 0;
  for await (const batch of batchesOf({...batches, order})) {
    const rate = learningRateAt(training, {epoch, batch: done, batchesPerEpoch});
    const place = updateGroup({...batches, order}, training.accumulate ?? 1, done);
    await step.trainBatch(batch, rate, place);
    done += 1;
  }
  return order.length;
}

const contenders = [tutorialAlone, ...meansOf('throughput', group)].map(contender);
let count = 0;
for (let round = 1 - WARM_UP; round <= Number(rounds); round++)
  for (const each of contenders) {
    const [startMs, before] = [performance.now(), process.cpuUsage()];
    count = await trainRound(each, WARM_UP + round);
    const {user, system} = process.cpuUsage(before);
    if (round < 1) continue;
    each.seconds.push((performance.now() - startMs) / 1000);
    each.processorSeconds.push((user + system) / 1e6);
  }
const measured = contenders.map(({entry: {name}, seconds, processorSeconds}) => [
  name,
  {seconds, processorSeconds},
]);
process.stdout.write(`${JSON.stringify({images: count, means: Object.fromEntries(measured)})}\n`);
process.exit(0);
