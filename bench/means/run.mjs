/**
 * `npm run bench:means [-- GROUP ...]`: what each of the usual means costs in images per second and in
 * processor time, here, in Keras and in PyTorch. Groups: augmentation, layers, training, backbone; all where none is
 * named. Each replaces its section of bench/RESULTS.md.
 */
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureReady} from '../../scripts/setup.mjs';
import {ensurePython, must, python} from '../peers.mjs';
import {machineLine, quantile, writeSection} from '../results-section.mjs';
import {HEIGHT, WIDTH} from '../train/setting.mjs';
import {meansOf, tutorialAlone} from './means.mjs';

const ROUNDS = {augmentation: 15, layers: 15, training: 15, backbone: 5};
/** The peers have no such backbone. */
const ALONE = 'backbone';
const PACKAGES = {
  tensorflow: 'tensorflow-cpu==2.21.0',
  keras: 'keras==3.15.1',
  torch: 'torch==2.13.0',
  torchvision: 'torchvision==0.28.0',
};
const titles = {
  augmentation: 'What augmentation costs',
  layers: 'What further layers cost',
  training: 'What losses and rules of training cost',
  backbone: 'What a frozen backbone costs',
};
const folder = fileURLToPath(new URL('.', import.meta.url));
const median = values => quantile(values, 0.5);

const groups = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(titles);

await ensureReady();
if (groups.some(group => group !== ALONE)) ensurePython(PACKAGES);
const {trainerEnvironment} = await import('../../build/runs/queue/trainer-process.js');
const programs = {
  'celeba-tui': group =>
    must(process.execPath, [path.join(folder, 'ours.mjs'), group, String(ROUNDS[group])], {
      env: trainerEnvironment(process.env),
    }),
  'Keras 3': group =>
    must(python, [path.join(folder, 'peer_keras.py'), group, String(ROUNDS[group])]),
  PyTorch: group =>
    must(python, [path.join(folder, 'peer_torch.py'), group, String(ROUNDS[group])]),
};

/** Cells of a program for a means: images per second, beside those without it, and processor time. */
function cells({images, means}, name) {
  const measured = means[name];
  if (measured === undefined) return ['', '', ''];
  const {seconds, processorSeconds} = measured;
  const before = means[tutorialAlone.name].seconds;
  const ratio = median(seconds.map((value, round) => before[round] / value));
  const processorMs = median(processorSeconds.map(value => (1000 * value) / images));
  return [
    Math.round(images / median(seconds)).toLocaleString('en'),
    `${(100 * ratio).toFixed(0)} %`,
    processorSeconds.length === 0 ? '' : processorMs.toFixed(2),
  ];
}

for (const group of groups) {
  const used = Object.entries(programs).slice(0, group === ALONE ? 1 : undefined);
  const results = used.map(([program, run]) => {
    process.stderr.write(`${group}: ${program}\n`);
    return JSON.parse(run(group).trim().split('\n').at(-1));
  });
  const names = [tutorialAlone, ...meansOf('throughput', group)].map(({name}) => name);
  const further = new Set(results.flatMap(({means}) => Object.keys(means)));
  const rows = [...new Set([...names, ...further])].map(
    name => `| ${[name, ...results.flatMap(result => cells(result, name))].join(' | ')} |`,
  );
  writeSection(titles[group], [
    `The tutorial's two-output network on images of ${HEIGHT}x${WIDTH}, batch 32, Adam, with one means at a time`,
    `(\`npm run bench:means -- ${group}\`; bench/means/means.mjs has the settings). For each program: images per second; the`,
    'rate beside that without the means; milliseconds of processor time for an image. Medians of',
    `${ROUNDS[group]} rounds of 12 batches, in which the means of a program take turns.`,
    `${machineLine(...Object.values(PACKAGES))}.`,
    '',
    `| | ${used.map(([name]) => `${name}, images/s | rate | ms`).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(3 * used.length)}`,
    ...rows,
  ]);
}
