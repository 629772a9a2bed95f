/**
 * `npm run bench:means-accuracy -- DATA FOLDER [SEEDS [NAME ...]]`: what each of the usual means brings, against the
 * tutorial's two-output network. DATA has CelebA's layout, with 660 images of each combination of Male and
 * Smiling or more. FOLDER gets an experiment for each means, and their runs; a second start continues.
 * Prints the table of docs/results.md, of all means or the named ones.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {stringify} from 'yaml';
import {must} from '../peers.mjs';
import {experimentWith, meansOf, tutorialAlone} from './means.mjs';

const [data, folder, seeds = '5', ...names] = process.argv.slice(2);
if (data === undefined || folder === undefined) {
  process.stderr.write(
    'Name the folder of the images, and one for the runs: npm run bench:means-accuracy -- DATA FOLDER\n',
  );
  process.exit(2);
}
const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const runs = path.resolve(folder, 'runs');
const entries = [tutorialAlone, ...meansOf('accuracy')].filter(
  entry => names.length === 0 || entry === tutorialAlone || names.includes(entry.name),
);

/** Small images, so that a hundred trainings take an hour; all photographs, half of them to judge by. */
function write(entry) {
  const experiment = experimentWith(entry);
  const {image} = experiment.data;
  const file = path.join(folder, `${experiment.name}.yaml`);
  const definition = {
    ...experiment,
    data: {
      ...experiment.data,
      image: 'scale' in image ? {scale: 5} : image,
      sampling: {strategy: 'balanced', perStratum: 660},
      split: {train: 1800, validation: 200, test: 640},
    },
  };
  writeFileSync(file, stringify(definition));
  return {...entry, file, experiment: experiment.name};
}

/** All seeds train the same images. Each seed trains every design before the next one begins. */
function train(files, seed) {
  const args = ['run', ...files, '--ci', '--needed', '--jobs', '2', '--seed', String(seed)];
  const {status} = spawnSync(
    process.execPath,
    [program, ...args, '--set', 'data.seed=1', '--data', data, '--runs', runs],
    {stdio: ['ignore', 'inherit', 'inherit']},
  );
  if (status !== 0) process.exit(status ?? 1);
}

/** The name of the experiment in the id of a run; undefined where a folder is none. */
const experimentOf = id => /^\d{8}-\d{6}-(.+)-[0-9a-f]{4}$/.exec(id)?.[1];

/** The ids of the runs of an experiment. */
const runsOf = experiment => readdirSync(runs).filter(id => experimentOf(id) === experiment);

/** The mean processor time of the runs of an experiment, in seconds of all cores. */
function processorTime(experiment) {
  const times = runsOf(experiment).map(id => {
    const lines = readFileSync(path.join(runs, id, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    let before = Date.parse(JSON.parse(lines[0]).at);
    let seconds = 0;
    for (const line of lines) {
      const {type, at, processor} = JSON.parse(line);
      if (type !== 'system.sampled' || processor === undefined) continue;
      seconds += (processor * (Date.parse(at) - before)) / 1000;
      before = Date.parse(at);
    }
    return seconds;
  });
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

/** The comparison of the designs with the tutorial's, in a metric. */
function compare(metric) {
  // The tutorial's runs are the first.
  const ids = designs.flatMap(({experiment}) => runsOf(experiment));
  const args = ['--runs', runs, '--against-first', '--metric', metric, '--format', 'json'];
  return JSON.parse(must(process.execPath, [program, 'compare', ...ids, ...args]));
}

const points = (value, digits = 1) => `${value < 0 ? '' : '+'}${(100 * value).toFixed(digits)}`;
const pText = p => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`);

/** A difference to the tutorial's network: points, interval, adjusted p. */
function differenceText({difference, ciLow, ciHigh, pAdjusted, significant}) {
  // The tutorial's network is the first of each pair.
  const value = points(-difference);
  const interval = `${(-100 * ciHigh).toFixed(1)} to ${(-100 * ciLow).toFixed(1)}`;
  return `${significant ? `**${value}**` : value} (${interval}, ${pText(pAdjusted)})`;
}

mkdirSync(folder, {recursive: true});
const designs = entries.map(write);
for (let seed = 1; seed <= Number(seeds); seed++)
  train(
    designs.map(({file}) => file),
    seed,
  );
const comparisons = [compare('accuracy'), compare('mean-f1')];
const [{heads, groups}] = comparisons;
const [first] = groups;
const values = ({name, heads: results, overall}) => [
  name,
  ...heads.map(head => results[head].metrics.accuracy.mean.toFixed(3)),
  overall.meanF1.mean.toFixed(3),
];
const rows = designs.slice(1).map(({name, experiment}) => {
  const group = groups.find(each => each.name === experiment);
  const tests = comparisons.flatMap(({pairs}) =>
    pairs.flatMap(({second, heads: results}) => (second === experiment ? results : [])),
  );
  const costs = [
    group.parameters / first.parameters,
    processorTime(experiment) / processorTime(first.name),
  ];
  const cells = [...tests.map(differenceText), ...costs.map(ratio => ratio.toFixed(2))];
  return `| ${[name, ...cells].join(' | ')} |`;
});
process.stdout.write(
  [
    `| | ${heads.join(' | ')} | F1 | parameters | processor time |`,
    `| --- |${' ---: |'.repeat(heads.length + 3)}`,
    `| ${[...values(first), '1', '1'].join(' | ')} |`,
    ...rows,
    `\n${comparisons[0].tests} tests in accuracy and ${comparisons[1].tests} in mean F1.\n`,
  ].join('\n'),
);
