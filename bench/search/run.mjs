/**
 * `npm run bench:search`: minimises test functions with the TPE of `search` and with Optuna's, and prints
 * the best values as a table.
 */
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureBuild, root} from '../../scripts/setup.mjs';
import {ensurePython, must, python} from '../peers.mjs';

const SEEDS = 40;
const TRIALS = 60;
const STARTUP = 10;

await ensureBuild();
ensurePython({optuna: 'optuna==5.0.0'});
const load = file => import(path.join(root, 'build', file));
const {tpeValues} = await load('app/search/tpe.js');
const {randomValues, valuesKey} = await load('experiment/search-space.js');

const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
const C = [1, 1.2, 3, 3.2];

/** As in functions.py. */
const functions = {
  sphere: {
    space: {x: {uniform: [-5, 5]}, y: {uniform: [-5, 5]}},
    value: ({x, y}) => x ** 2 + y ** 2,
  },
  branin: {
    space: {x: {uniform: [-5, 10]}, y: {uniform: [0, 15]}},
    value: ({x, y}) =>
      (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
      10,
  },
  hartmann: {
    space: Object.fromEntries([0, 1, 2, 3, 4, 5].map(i => [`x${i}`, {uniform: [0, 1]}])),
    value: x =>
      -C.reduce((sum, c, row) => {
        const distance = A[row].reduce(
          (total, a, i) => total + a * (x[`x${i}`] - P[row][i] / 10000) ** 2,
          0,
        );
        return sum + c * Math.exp(-distance);
      }, 0),
  },
  mixed: {
    space: {rate: {log: [1e-5, 1]}, units: {integer: [4, 128]}, kind: ['a', 'b', 'c', 'd']},
    value: ({rate, units, kind}) =>
      (Math.log10(rate) + 2.5) ** 2 + ((units - 48) / 32) ** 2 + 'cbad'.indexOf(kind),
  },
};

/** The best values after half of the trials and after all. */
function minimise({space, value}, seed) {
  const search = {method: 'tpe', runs: TRIALS, space, metric: '', repeat: 1, seed};
  const taken = new Set();
  const isTaken = values => taken.has(valuesKey(values));
  const trials = [];
  for (let number = 1; number <= TRIALS; number++) {
    const values =
      number > STARTUP
        ? tpeValues(search, number, trials, [], isTaken)
        : randomValues(search, number, isTaken);
    taken.add(valuesKey(values));
    trials.push({values, score: -value(values)});
  }
  const best = list => -Math.max(...list.map(({score}) => score));
  return [best(trials.slice(0, TRIALS / 2)), best(trials)];
}

function quartiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = fraction => sorted[Math.round(fraction * (sorted.length - 1))].toPrecision(3);
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
}

const script = fileURLToPath(new URL('functions.py', import.meta.url));
const {version, ...peers} = JSON.parse(must(python, [script, String(SEEDS), String(TRIALS)]));
console.log(
  `Optuna ${version}; ${SEEDS} seeds; the lowest value found: median (quartiles).\n\n| function | sampler | after ${TRIALS / 2} trials | after ${TRIALS} |\n| --- | --- | ---: | ---: |`,
);
for (const [name, definition] of Object.entries(functions)) {
  const ours = Array.from({length: SEEDS}, (_, seed) => minimise(definition, seed));
  for (const [sampler, best] of Object.entries({'`search`': ours, ...peers[name]}))
    console.log(
      `| ${name} | ${sampler} | ${quartiles(best.map(([half]) => half))} | ${quartiles(best.map(([, all]) => all))} |`,
    );
}
