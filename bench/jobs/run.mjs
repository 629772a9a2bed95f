/**
 * `npm run bench:jobs [-- DATA]`: four runs of the tutorial's two-output network, one after another
 * and two at a time (`run --jobs 2`, the cores divided between them), in turns; the medians go to
 * bench/RESULTS.md. Without a folder of images the sample faces train.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureReady} from '../../scripts/setup.mjs';
import {machineLine, quantile, writeSection} from '../results-section.mjs';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const [data] = process.argv.slice(2);
const ROUNDS = 3;
const RUNS = 4;
const EPOCHS = 5;
const contenders = [1, 2].map(jobs => ({jobs, seconds: [], epochSeconds: [], peaks: []}));

const work = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-bench-jobs-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Trains, and returns the seconds from the start to the last end of a run, with the runs' events. */
function train(name, {jobs, runs, epochs}) {
  const folder = path.join(work, name);
  const images =
    data === undefined ? ['--set', 'data.source=sample'] : ['--data', path.resolve(data)];
  const args = ['run', 'multi-output', '--ci', '--runs', folder, ...images];
  const own = ['--repeat', runs, '--jobs', jobs, '--set', `training.epochs=${epochs}`];
  const startedMs = Date.now();
  const {status, stdout, stderr} = spawnSync(process.execPath, [program, ...args, ...own], {
    cwd: work,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  const events = readdirSync(folder)
    .filter(id => /^\d{8}-/.test(id))
    .flatMap(id =>
      readFileSync(path.join(folder, id, 'events.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    )
    .map(line => JSON.parse(line));
  const ends = events.filter(({type}) => type === 'run.finished');
  const seconds = (Math.max(...ends.map(({at}) => Date.parse(at))) - startedMs) / 1000;
  return {seconds, events, ends};
}

await ensureReady();
// The images are drawn and decoded before anything is measured.
train('warm-up', {jobs: 1, runs: 1, epochs: 1});
for (let round = 0; round < ROUNDS; round++) {
  for (const one of contenders) {
    const {jobs} = one;
    const {seconds, events, ends} = train(`${round}-${jobs}`, {jobs, runs: RUNS, epochs: EPOCHS});
    one.seconds.push(seconds);
    const epochs = events.filter(({type}) => type === 'epoch.ended');
    one.epochSeconds.push(...epochs.map(({seconds: epochSeconds}) => epochSeconds));
    one.peaks.push(...ends.map(({peakMemoryBytes}) => peakMemoryBytes));
    process.stderr.write(`round ${round + 1}: --jobs ${jobs}: ${seconds.toFixed(1)} s\n`);
  }
}
const median = values => quantile(values, 0.5);
const [first] = contenders;
const rows = contenders.map(({jobs, seconds, epochSeconds, peaks}) => {
  const cells = [
    jobs === 1 ? 'one after another' : `\`--jobs ${jobs}\``,
    median(seconds).toFixed(1),
    seconds.map(value => value.toFixed(1)).join(', '),
    (median(first.seconds) / median(seconds)).toFixed(2),
    median(epochSeconds).toFixed(2),
    `${Math.round(median(peaks) / 1e6)} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
});
writeSection('Several runs at a time', [
  `${RUNS} runs of \`multi-output\` with ${EPOCHS} epochs, on ${data === undefined ? 'the sample faces' : 'photographs'}, from the start of the program to the end`,
  `of the last run, ${ROUNDS} rounds in turns, medians (\`npm run bench:jobs\`). ${machineLine()}.`,
  '',
  '| | seconds | each round | times as fast | an epoch, s | peak memory of a run |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
  ...rows,
]);
