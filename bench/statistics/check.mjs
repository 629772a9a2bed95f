/**
 * `npm run check:statistics [-- RUNS_FOLDER]`: asks scikit-learn, scipy and statsmodels about the saved
 * predictions of runs, and says to how many digits `compare` agrees with them. RUNS_FOLDER holds finished
 * runs of two designs on the same images, such as `run separate multi-output --repeat 5` writes; without
 * it, ten small runs are trained on the sample faces. Ends with 1 where a number differs.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureReady, root} from '../../scripts/setup.mjs';
import {ensurePython, must, python} from '../peers.mjs';

const METRICS = 'accuracy balanced-accuracy precision recall f1 roc-auc pr-auc brier ece';
const OVERALL = 'mean-accuracy mean-error mean-f1 delta-m mean-rank';
const DESIGNS = ['separate', 'multi-output'];
const script = fileURLToPath(new URL('peers.py', import.meta.url));

await ensureReady();
ensurePython({
  scipy: 'scipy==1.17.1',
  sklearn: 'scikit-learn==1.9.1',
  statsmodels: 'statsmodels==0.15.0',
});
const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-statistics-'));
const ours = (...args) =>
  must(process.execPath, [path.join(root, 'dist', 'main.js'), ...args], {cwd: folder});
try {
  const runs = process.argv[2] === undefined ? train() : path.resolve(process.argv[2]);
  const compare = (...flags) =>
    JSON.parse(ours('compare', ...DESIGNS, '--runs', runs, '--format', 'json', ...flags));
  const answers = {
    runs,
    single: Object.fromEntries(
      METRICS.split(' ').map(metric => [metric, compare('--each', '--metric', metric)]),
    ),
    grouped: Object.fromEntries(
      [...METRICS.split(' '), ...OVERALL.split(' ')].map(metric => [
        metric,
        compare('--metric', metric, '--reference', 'separate'),
      ]),
    ),
  };
  const file = path.join(folder, 'answers.json');
  writeFileSync(file, JSON.stringify(answers));
  process.stdout.write(must(python, [script, file]));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, {recursive: true, force: true});
}

function train() {
  ours('init');
  const sets = [
    'source=sample',
    'sampling.perStratum=150',
    'split={train: 300, validation: 100, test: 200}',
  ];
  const flags = sets.flatMap(set => ['--set', `data.${set}`]);
  ours('run', ...DESIGNS, ...flags, '--set', 'training.epochs=2', '--repeat', '5', '--ci');
  return path.join(folder, 'runs');
}
