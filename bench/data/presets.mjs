/** The presets of papers on a copy as long as CelebA: some steps of each, and how long a run would take. */
import {spawn} from 'node:child_process';
import {mkdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';
import {quantile} from '../results-section.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const PRESETS = ['celeba-9-attributes', 'celeba-40-cnn', 'liu-2015-split'];
/** The first steps are slower: memory is new. */
const WARM_UP_STEPS = 2;

/** Trains until so many steps are done, then stops with a checkpoint as Ctrl-C does. */
async function firstSteps({preset, data, runs, env, steps, overrides}) {
  const args = ['run', `papers/${preset}`, '--json', '--data', data, '--runs', runs];
  const set = overrides.flatMap(text => ['--set', text]);
  const child = spawn(process.execPath, [path.join(root, 'dist', 'main.js'), ...args, ...set], {
    cwd: root,
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise(resolve => child.on('close', resolve));
  const rates = [];
  let loaded;
  let done = {batch: 0, atMs: 0};
  for await (const text of createInterface({input: child.stdout})) {
    const event = JSON.parse(text);
    if (event.type === 'data.loaded') loaded = event;
    if (event.type === 'run.failed') throw new Error(`${preset}: ${event.message}`);
    if (event.type !== 'batch.ended') continue;
    const atMs = Date.parse(event.at);
    if (event.batch > WARM_UP_STEPS && done.batch > 0)
      rates.push((event.batch - done.batch) / ((atMs - done.atMs) / 1000));
    done = {batch: event.batch, atMs};
    if (event.batch >= steps) child.kill('SIGINT');
  }
  await ended;
  return {stepsPerSecond: quantile(rates, 0.5), loaded};
}

const whole = value => Math.round(value).toLocaleString('en');

function durationText(seconds) {
  return seconds < 90 * 60
    ? `${Math.round(seconds / 60)} minutes`
    : `${Math.round(seconds / 3600)} hours`;
}

/** @returns A table: each preset with its rate, and the time of an epoch and of all epochs. */
export async function presetLines({data, work, env, steps, say, presets = PRESETS}) {
  const rows = [];
  for (const preset of presets) {
    const file = path.join(root, 'experiments', 'papers', `${preset}.yaml`);
    const {training, matrix} = parse(readFileSync(file, 'utf8'));
    const runs = path.join(work, `runs-${preset}`);
    mkdirSync(runs);
    const overrides = matrix === undefined ? [] : ['model.kind=multi-output'];
    const {stepsPerSecond, loaded} = await firstSteps({
      ...{preset, data, runs, env, steps, overrides},
    });
    const rate = stepsPerSecond * training.batchSize;
    const epoch = loaded.trainImages / rate;
    say(`${preset}: ${whole(rate)} images/s`);
    const all = durationText(epoch * training.epochs);
    rows.push(
      `| ${preset} | ${whole(loaded.trainImages)} | ${whole(rate)} | ${durationText(epoch)} | ${training.epochs}: ${all} |`,
    );
  }
  return [
    '| preset, one network | images to train on | images/s | an epoch | at most so many epochs |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
}
