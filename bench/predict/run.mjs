/**
 * `npm run bench:predict -- DIR`: how soon a trained network answers about thousands of JPEGs, beside
 * Keras scripts that hold the same network, on images in DIR (CelebA's layout). `--small` tries it
 * all with few images and writes no results.
 */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {parse} from 'csv-parse/sync';
import {ensureReady, root} from '../../scripts/setup.mjs';
import {repeatImages} from '../data/many.mjs';
import {watched} from '../data/watched.mjs';
import {ensurePython, must, python} from '../peers.mjs';
import {machineLine, quantile, writeSection} from '../results-section.mjs';

const PACKAGES = {tensorflow: 'tensorflow-cpu==2.21.0', keras: 'keras', PIL: 'pillow'};
const EXPERIMENT = 'multi-output';
/** The run's own, and Keras's. */
const BATCH = 32;
const say = text => process.stderr.write(`${text}\n`);
const script = name => fileURLToPath(new URL(name, import.meta.url));
const program = path.join(root, 'dist', 'main.js');

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    small: {type: 'boolean', default: false},
    images: {type: 'string'},
    rounds: {type: 'string'},
  },
});
const [source] = positionals;
if (source === undefined || !existsSync(path.join(source, 'img_align_celeba'))) {
  console.error('npm run bench:predict -- DIR: DIR holds CelebA, or images in its layout.');
  process.exit(2);
}
const count = Number(values.images ?? (values.small ? 600 : 10_000));
const rounds = Number(values.rounds ?? (values.small ? 1 : 5));

/** A trained run; how well it is trained changes nothing about its speed. */
function train(work) {
  const runs = path.join(work, 'runs');
  const few = ['training.epochs=1', 'data.split.train=200', 'data.sampling.perStratum=60'];
  const settings = [...few, 'data.split.validation=40'].flatMap(text => ['--set', text]);
  const where = ['--data', path.resolve(source), '--runs', runs];
  must(process.execPath, [program, 'run', EXPERIMENT, '--ci', ...where, ...settings]);
  const id = readdirSync(runs).find(name => /^\d{8}-/.test(name));
  return path.join(runs, id);
}

function contenders(work, run, images) {
  const kerasFile = path.join(work, 'model.keras');
  must(python, [script('peer_model.py'), path.join(run, 'models', EXPERIMENT), kerasFile]);
  const keras = (name, how) => {
    const answers = path.join(work, `${how}.csv`);
    return {
      name: `Keras 3, ${name}`,
      command: [python, [script('peer_keras.py'), kerasFile, images, answers, how]],
      steadyOf: ({output}) => JSON.parse(output.trim().split('\n').at(-1)).steady,
      answersOf: () => readFileSync(answers, 'utf8'),
    };
  };
  return [
    {
      name: 'celeba-tui predict --csv',
      command: [process.execPath, [program, 'predict', run, images, '--csv']],
      steadyOf: ({firstAt, lastAt}) => (count - BATCH) / ((lastAt - firstAt) / 1000),
      answersOf: ({output}) => output,
    },
    keras('tf.data, area (our filter)', 'area'),
    keras("tf.data, bilinear (tf.image.resize's own)", 'bilinear'),
    keras('Pillow, bilinear, one image after another', 'pillow'),
  ].map(one => ({...one, seconds: [], steady: [], peaks: []}));
}

async function measure(one) {
  const at = {firstAt: undefined, lastAt: undefined, lines: 0};
  const onLine = () => {
    // The head of the table comes when the models are loaded.
    if (++at.lines < 2) return;
    at.lastAt = performance.now();
    at.firstAt ??= at.lastAt;
  };
  const finished = await watched(...one.command, {onLine});
  one.seconds.push(finished.seconds);
  one.peaks.push(finished.memory.peak);
  one.steady.push(one.steadyOf({...finished, ...at}));
  one.answers = probabilities(one.answersOf(finished));
}

/** By image and head. */
function probabilities(csv) {
  return new Map(
    parse(csv, {columns: true}).map(row => [`${row.file}/${row.head}`, Number(row.probability)]),
  );
}

/** The largest distance of two programs' probabilities. */
function distance(one, other) {
  return Math.max(...[...one].map(([key, value]) => Math.abs(value - (other.get(key) ?? NaN))));
}

function row({name, seconds, steady, peaks}) {
  const median = all => quantile(all, 0.5);
  const rate = value => Math.round(value).toLocaleString('en');
  const cells = [
    median(seconds).toFixed(1),
    `${Math.min(...seconds).toFixed(1)}-${Math.max(...seconds).toFixed(1)}`,
    rate(count / median(seconds)),
    rate(median(steady)),
    `${Math.round(median(peaks) / 1e6)} MB`,
  ];
  return `| ${[name, ...cells].join(' | ')} |`;
}

await ensureReady();
ensurePython(PACKAGES);
const work = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-bench-predict-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const images = repeatImages(source, work, count);
const all = contenders(work, train(work), images);
for (let round = 0; round < rounds; round++) {
  for (const one of all) {
    await measure(one);
    say(`round ${round + 1}: ${one.name}: ${one.seconds.at(-1).toFixed(1)} s`);
  }
}
const [ours, area] = all;
const lines = [
  `${machineLine(...Object.values(PACKAGES))}.`,
  '',
  `The ${EXPERIMENT} network on ${count.toLocaleString('en')} real photographs (JPEG, scaled to 72x59), batch ${BATCH}, the files in the`,
  `machine's cache. Each program in a process of its own, in turns, ${rounds} round(s) (\`npm run bench:predict\`): from its start to`,
  'the last line of its answers. The rate without start counts from the first batch to the last. Memory is of all processes',
  'together, with pages that they share counted once.',
  '',
  '| | seconds, median | range | images/s, whole process | images/s, without start | peak memory |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
  ...all.map(row),
  '',
  `Largest distance of a probability from Keras with the same filter: ${distance(ours.answers, area.answers).toFixed(4)}.`,
];
if (values.small) process.stdout.write(`${lines.join('\n')}\n`);
else writeSection('Predicting', lines);
