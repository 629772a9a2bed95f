/**
 * `npm run bench:backends`: training steps of the tutorial's two-output model on every backend, each
 * in a process of its own, in turns; the medians go to bench/RESULTS.md.
 */
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureReady} from '../../scripts/setup.mjs';
import {machineLine, writeSection} from '../results-section.mjs';
import {BATCH, HEIGHT, WIDTH} from '../train/setting.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const ROUNDS = 3;
const contenders = [
  {name: 'TensorFlow, compiled step', args: ['tensorflow', 'graph', '60', '2']},
  {name: "TensorFlow, layers' own step", args: ['tensorflow', 'layers', '20', '2']},
  {name: "WebAssembly, layers' own step", args: ['wasm', 'layers', '8', '2']},
  // Minutes a step: one is enough to know.
  {name: "plain JavaScript, layers' own step", args: ['cpu', 'layers', '1', '0'], rounds: 1},
];

function run(args) {
  const {stdout, status, stderr} = spawnSync(
    process.execPath,
    [path.join(folder, 'one.mjs'), ...args],
    {encoding: 'utf8', env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3'}},
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const median = values => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

await ensureReady();
const results = contenders.map(one => ({...one, seconds: [], processor: [], peaks: []}));
for (let round = 0; round < ROUNDS; round++) {
  for (const result of results) {
    if (round >= (result.rounds ?? ROUNDS)) continue;
    const {seconds, processorSeconds, peakBytes, version} = run(result.args);
    process.stderr.write(
      `round ${round + 1}: ${result.name}: ${median(seconds).toFixed(3)} s a step\n`,
    );
    result.version = version;
    result.seconds.push(...seconds);
    result.processor.push(processorSeconds);
    result.peaks.push(peakBytes);
  }
}
const [fastest] = results;
const rows = results.map(({name, version, seconds, processor, peaks}) => {
  const value = median(seconds);
  const cells = [
    `${name} (${version})`,
    (BATCH / value).toFixed(BATCH / value < 100 ? 1 : 0),
    (median(fastest.seconds) / value).toPrecision(2),
    ((median(processor) / BATCH) * 1000).toFixed(2),
    `${Math.round(median(peaks) / 1e6)} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
});
writeSection('Backends', [
  `Training steps of the two-output model, ${BATCH} images of ${HEIGHT}x${WIDTH}, each program in a process of its own, ${ROUNDS} rounds in`,
  `turns (plain JavaScript: one step), medians (\`npm run bench:backends\`). ${machineLine()}.`,
  '',
  '| | images/s | share of the first | processor time, ms an image | peak memory |',
  '| --- | ---: | ---: | ---: | ---: |',
  ...rows,
]);
