/**
 * `npm run bench:means-accuracy -- DATA FOLDER [SEEDS [NAME ...]]`: what each of the usual means brings, against the
 * tutorial's two-output network. DATA has CelebA's layout, with 660 images of each combination of Male and
 * Smiling or more. FOLDER gets an experiment for each means, and their runs; a second start continues.
 * Prints the table of docs/results.md, of all means or the named ones.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
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

const isTutorial = id => Number(id.includes(`-${tutorialAlone.name}-`));

/** The comparison of all runs with the tutorial's, in a metric. */
function compare(metric) {
  const ids = readdirSync(runs)
    .filter(name => /^\d{8}-/.test(name))
    .sort((a, b) => isTutorial(b) - isTutorial(a));
  const args = ['--runs', runs, '--against-first', '--metric', metric, '--format', 'json'];
  return JSON.parse(must(process.execPath, [program, 'compare', ...ids, ...args]));
}

const points = (value, digits = 1) => `${value < 0 ? '' : '+'}${(100 * value).toFixed(digits)}`;
const pText = p => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`);

/** A difference to the tutorial's network: points, interval, adjusted p. */
function cell(tests, head) {
  const test = tests.find(({heads}) => heads.some(result => result.head === head));
  const result = test?.heads.find(({head: name}) => name === head);
  if (result === undefined) return '';
  const {difference, ciLow, ciHigh, pAdjusted, significant} = result;
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
const [accuracy, f1] = [compare('accuracy'), compare('f1')];
const heads = accuracy.heads;
const [first] = accuracy.groups;
const absolute = (group, metric) =>
  heads.map(head => group.heads[head].metrics[metric].mean.toFixed(3));
const rows = designs.map(({name, experiment}) => {
  const group = accuracy.groups.find(each => each.name === experiment);
  const pairsOf = ({pairs}) => pairs.filter(({second}) => second === experiment);
  const differences = [accuracy, f1].flatMap(comparison =>
    heads.map((head, index) =>
      group === first ? absolute(group, comparison.metric)[index] : cell(pairsOf(comparison), head),
    ),
  );
  const costs = [group.parameters / first.parameters, group.seconds / first.seconds];
  return `| ${[name, ...differences, ...costs.map(ratio => ratio.toFixed(2))].join(' | ')} |`;
});
process.stdout.write(
  [
    `| | ${['accuracy', 'F1'].flatMap(metric => heads.map(head => `${head}, ${metric}`)).join(' | ')} | parameters | time |`,
    `| --- |${' ---: |'.repeat(2 * heads.length + 2)}`,
    ...rows,
    `\n${accuracy.tests} tests in accuracy and ${f1.tests} in F1.\n`,
  ].join('\n'),
);
