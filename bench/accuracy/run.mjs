/**
 * `npm run bench:accuracy -- DATA [SEEDS]`: the multi-output experiment here and as a bare Keras
 * script, on the same images in the same split, seed by seed in turns; accuracy and whole-run time.
 * Replaces its section of bench/RESULTS.md.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {loadDataset} from '../../build/data/load-dataset.js';
import {loadExperiment, shippedExperiments} from '../../build/experiment/load.js';
import {machineLine, writeSection} from '../results-section.mjs';

const [data, seeds = '5'] = process.argv.slice(2);
if (data === undefined) {
  process.stderr.write('Name the folder of the images: npm run bench:accuracy -- DATA\n');
  process.exit(2);
}
const bench = fileURLToPath(new URL('..', import.meta.url));
const work = path.join(bench, '.work');
const python = path.join(bench, '.peers', 'bin', 'python');
const HEADS = ['Male', 'Smiling'];
rmSync(work, {recursive: true, force: true});
mkdirSync(work, {recursive: true});

/** The list of images that our runs use; the data seed is the same for all of them. */
async function writeList() {
  const {experiment} = (await loadExperiment('multi-output', shippedExperiments)).variants[0];
  const set = await loadDataset(experiment.data, {
    root: data,
    seed: 1,
    cacheFolder: work,
    onProgress: () => {},
    onWarning: () => {},
    signal: new AbortController().signal,
  });
  const rows = ['train', 'validation'].flatMap(split => {
    const {files, labels} = set[split];
    return files.map((file, image) =>
      [split, file, labels[image * 2], labels[image * 2 + 1]].join(),
    );
  });
  const list = path.join(work, 'list.csv');
  writeFileSync(list, ['split,file,Male,Smiling', ...rows, ''].join('\n'));
  return list;
}

function ours(seed) {
  const runs = path.join(work, `ours-${seed}`);
  const startMs = performance.now();
  spawnSync(process.execPath, [
    path.join(bench, '..', 'dist', 'main.js'),
    'run',
    'multi-output',
    '--ci',
    '--data',
    data,
    '--runs',
    runs,
    '--seed',
    String(seed),
    '--set',
    'data.seed=1',
  ]);
  const seconds = (performance.now() - startMs) / 1000;
  const [folder] = readdirSync(runs).filter(one => /^\d{8}-/.test(one));
  const lines = readFileSync(path.join(runs, folder, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const ended = lines.find(({type}) => type === 'model.ended');
  const last = lines.findLast(({type}) => type === 'epoch.ended');
  const finished = lines.at(-1);
  const pick = ({validation}) =>
    Object.fromEntries(HEADS.map(head => [head, validation.heads[head].accuracy]));
  return {accuracy: pick(ended), last: pick(last), seconds, peakBytes: finished.peakMemoryBytes};
}

function keras(seed, list) {
  const folder = ['img_align_celeba'].map(name => path.join(data, name)).find(existsSync);
  const {stdout, stderr, status} = spawnSync(
    python,
    [
      path.join(bench, 'accuracy', 'peer_keras_run.py'),
      list,
      folder,
      String(seed),
      path.join(work, `keras-${seed}`),
    ],
    {encoding: 'utf8'},
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const list = await writeList();
const results = {'celeba-tui': [], 'Keras 3': []};
for (let seed = 1; seed <= Number(seeds); seed++) {
  results['celeba-tui'].push(ours(seed));
  results['Keras 3'].push(keras(seed, list));
  for (const [name, all] of Object.entries(results))
    process.stderr.write(`seed ${seed}, ${name}: ${JSON.stringify(all.at(-1))}\n`);
}

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = values =>
  Math.sqrt(
    mean(values.map(value => (value - mean(values)) ** 2)) * (values.length / (values.length - 1)),
  );
const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const cell = values => `${mean(values).toFixed(3)} ± ${spread(values).toFixed(3)}`;
const rows = Object.entries(results).map(([name, all]) => {
  const cells = ['accuracy', 'last'].flatMap(which =>
    HEADS.map(head => cell(all.map(one => one[which][head]))),
  );
  return `| ${name} | ${cells.join(' | ')} | ${median(all.map(({seconds}) => seconds)).toFixed(1)} | ${Math.round(median(all.map(({peakBytes}) => peakBytes)) / 1e6)} MB |`;
});
writeSection('Accuracy and whole runs', [
  `The multi-output experiment (2,000 / 200 balanced real photographs, 15 epochs), ${seeds} seeds each on the same split, in turns`,
  '(`npm run bench:accuracy -- DATA`). Validation accuracy, mean ± standard deviation over seeds: of the epoch with the lowest',
  'validation loss, and of the last one. Seconds are whole processes: start, images, training, validation, checkpoints, files.',
  `${machineLine()}.`,
  '',
  '| | Male, best | Smiling, best | Male, last | Smiling, last | seconds, median | peak memory |',
  '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows,
]);
