/**
 * `npm run bench:interface -- --data DIR`: how soon the interface is there, how soon it answers while
 * a network trains, and what it costs the training; in a pseudo-terminal of 120x40, on the
 * multi-output experiment over real images.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {ensureReady} from '../../scripts/setup.mjs';
import {quantile, writeSection} from '../results-section.mjs';
import {openTerminal, program, root} from './terminal.mjs';

const {values} = parseArgs({
  options: {
    data: {type: 'string'},
    starts: {type: 'string', default: '15'},
    keys: {type: 'string', default: '200'},
    rounds: {type: 'string', default: '4'},
    epochs: {type: 'string', default: '8'},
  },
});
if (values.data === undefined) {
  console.error(
    'npm run bench:interface -- --data DIR: DIR holds CelebA, or images in its layout.',
  );
  process.exit(2);
}
await ensureReady();
const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-bench-'));
const common = ['--data', path.resolve(values.data), '--runs'];
const say = text => process.stderr.write(`${text}\n`);
const median = all => quantile(all, 0.5);
/** The network has to get used to the machine: these epochs are left out. */
const WARM_UP = 2;

/** From the start of the process to the first frame with the experiments on it, in ms. */
async function startTimes() {
  const times = [];
  for (let round = 0; round <= Number(values.starts); round++) {
    const terminal = openTerminal([...common, path.join(folder, 'none')]);
    const shown = await terminal.shown('multi-output');
    // The first one fills the file cache of the machine.
    if (round > 0) times.push(shown - terminal.started);
    await terminal.press('q');
    await terminal.end();
  }
  return times;
}

/**
 * Screens with a mark that is new in their frame: Ink writes of a line only what follows the part that
 * is as before. The last but one draws all charts.
 */
const answers = [
  ['1', '[Experiments]'],
  ['j', '▸'],
  ['k', '▸'],
  ['3', '[Runs]'],
  ['?', 'Keys: Runs'],
  ['?', 'Runs · by'],
  ['2', '[Live]'],
  ['y', 'loss 0.'],
  ['y', 'of all heads'],
  ['y', 'of one design'],
  ['y', 'Processors'],
  ['y', 'Male accuracy'],
];

/** From a key to the frame that answers it, in ms, while the network trains. */
async function keyTimes() {
  const set = ['--set', 'training.epochs=1000'];
  const runs = path.join(folder, 'keys');
  const terminal = openTerminal(['run', 'multi-output', ...set, ...common, runs]);
  await terminal.shown('2 of 1000');
  const times = [];
  for (let at = 0; at < Number(values.keys); at++) {
    const [key, text] = answers[at % answers.length];
    times.push(await terminal.press(key, terminal.written(text)));
    // Not in step with the batches, nor with what the interface does by itself.
    await sleep(60 + ((at * 37) % 190));
  }
  await terminal.press('q', terminal.shown('stop it and quit'));
  await terminal.press('s');
  await terminal.end();
  return times;
}

/** Seconds of training of each epoch, without the first ones. */
function epochSeconds(runs) {
  const [name] = readdirSync(runs).filter(entry => /^\d{8}-/.test(entry));
  return readFileSync(path.join(runs, name, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(({type, epoch}) => type === 'epoch.ended' && epoch > WARM_UP)
    .map(({trainSeconds}) => trainSeconds);
}

async function withInterface(round, set) {
  const runs = path.join(folder, `interface-${round}`);
  const terminal = openTerminal(['run', 'multi-output', ...set, ...common, runs]);
  await terminal.shown('✓ multi-output');
  await terminal.press('q');
  await terminal.end();
  return epochSeconds(runs);
}

function headless(round, set) {
  const runs = path.join(folder, `headless-${round}`);
  const {status, stderr} = spawnSync(
    process.execPath,
    [program, 'run', 'multi-output', '--ci', ...set, ...common, runs],
    {cwd: root, encoding: 'utf8'},
  );
  if (status !== 0) throw new Error(stderr);
  return epochSeconds(runs);
}

/** Epochs with and without the interface, in turns, each round beginning with the other one. */
async function costs() {
  const set = ['--set', `training.epochs=${Number(values.epochs) + WARM_UP}`];
  const all = {shown: [], headless: []};
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const way of round % 2 === 0 ? ['shown', 'headless'] : ['headless', 'shown']) {
      const seconds = await (way === 'shown' ? withInterface(round, set) : headless(round, set));
      say(`round ${round + 1}, ${way}: ${seconds.map(value => value.toFixed(3)).join(' ')}`);
      all[way].push(...seconds);
    }
  }
  return all;
}

try {
  const starts = await startTimes();
  say(`first frame: ${starts.map(Math.round).join(' ')}`);
  const {shown, headless: alone} = await costs();
  const keys = await keyTimes();
  const ms = value => `${Math.round(value)} ms`;
  const row = (what, goal, value, range) => `| ${what} | ${goal} | ${value} | ${range} |`;
  const seconds = all => `${median(all).toFixed(3)} s`;
  writeSection('The interface', [
    `${new Date().toISOString().slice(0, 10)}; ${os.cpus().length} cores of ${os.cpus()[0]?.model}; Node ${process.versions.node}; a pseudo-terminal of`,
    '120x40, which is read and not drawn: a terminal that draws is on another machine. multi-output on 2,000 real',
    'photographs, batch 32. Epochs with and without the interface were run in turns.',
    '',
    '| | goal | measured | range |',
    '| --- | ---: | ---: | ---: |',
    row(
      `start to first frame, median of ${starts.length}`,
      '500 ms',
      ms(median(starts)),
      `${ms(Math.min(...starts))} to ${ms(Math.max(...starts))}`,
    ),
    row(
      `key to changed frame while training, 95th percentile of ${keys.length}`,
      '50 ms',
      ms(quantile(keys, 0.95)),
      `median ${ms(median(keys))}, longest ${ms(Math.max(...keys))}`,
    ),
    row(
      `epoch with the interface / without, medians of ${shown.length} and ${alone.length}`,
      '1.03',
      (median(shown) / median(alone)).toFixed(3),
      `${seconds(shown)} / ${seconds(alone)}`,
    ),
  ]);
} finally {
  rmSync(folder, {recursive: true, force: true});
}
