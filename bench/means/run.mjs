/**
 * `npm run bench:means [-- GROUP ...]`: what each of the usual means costs in images per second and in
 * processor time, here, in Keras and in PyTorch. Groups: augmentation, layers, training, backbone; all where none is
 * named. Each replaces its section of bench/RESULTS.md.
 */
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureReady} from '../../scripts/setup.mjs';
import {ensurePython, must, python} from '../peers.mjs';
import {machineLine, writeSection} from '../results-section.mjs';
import {section} from './section.mjs';

const ROUNDS = 4;
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

const groups = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(titles);

await ensureReady();
if (groups.some(group => group !== ALONE)) ensurePython(PACKAGES);
const {trainerEnvironment} = await import('../../build/runs/queue/trainer-process.js');
const programs = {
  'celeba-tui': group =>
    must(process.execPath, [path.join(folder, 'ours.mjs'), group, String(ROUNDS)], {
      env: trainerEnvironment(process.env),
    }),
  'Keras 3': group => must(python, [path.join(folder, 'peer_keras.py'), group, String(ROUNDS)]),
  PyTorch: group => must(python, [path.join(folder, 'peer_torch.py'), group, String(ROUNDS)]),
};

for (const group of groups) {
  const used = Object.entries(programs).slice(0, group === ALONE ? 1 : undefined);
  const results = used.map(([program, run]) => {
    process.stderr.write(`${group}: ${program}\n`);
    return [program, JSON.parse(run(group).trim().split('\n').at(-1))];
  });
  const machine = machineLine(...(group === ALONE ? [] : Object.values(PACKAGES)));
  writeSection(titles[group], section(group, ROUNDS, Object.fromEntries(results), machine));
}
