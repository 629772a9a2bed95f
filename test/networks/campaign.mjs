/**
 * `npm run fuzz:networks`: trains random networks in processes of their own and reports those that
 * end one. A crash inside a library cannot be caught: only another process can tell.
 *
 *   --seconds N     how long (60)
 *   --seed S        of the first network (a new one each time)
 *   --count N       at most so many networks of each step
 *   --backend NAME  tensorflow, wasm or cpu (tensorflow)
 */
import {spawn} from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import {clearTimeout, setTimeout} from 'node:timers';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {ensureReady} from '../../scripts/setup.mjs';

const {values} = parseArgs({
  options: {
    seconds: {type: 'string', default: '60'},
    seed: {type: 'string', default: String(Math.floor(Math.random() * 1e9))},
    count: {type: 'string', default: 'Infinity'},
    backend: {type: 'string', default: 'tensorflow'},
  },
});
/** Networks of one process: many share the seconds that loading TensorFlow takes. */
const PER_PROCESS = 50;
/** A network that takes longer is reported, too. */
const STUCK_MS = 300_000;
const script = fileURLToPath(new URL('train.mjs', import.meta.url));
const steps = values.backend === 'tensorflow' ? ['graph', 'layers'] : ['layers'];

await ensureReady();
os.setPriority(19);
const untilMs = Date.now() + 1000 * Number(values.seconds);
const [first, count] = [Number(values.seed), Number(values.count)];
const totals = new Map(steps.map(step => [step, {networks: 0, failures: 0}]));
for (let seed = first; seed < first + count && Date.now() < untilMs; seed += PER_PROCESS) {
  const last = Math.min(seed + PER_PROCESS, first + count);
  for (const step of steps) await trainRange(step, seed, last);
}
for (const [step, {networks, failures}] of totals)
  console.log(
    `${values.backend}, ${step} step: ${networks} networks, ${failures} ended their process`,
  );
process.exitCode = [...totals.values()].some(({failures}) => failures > 0) ? 1 : 0;

/** Starts another process after the network that ended one. */
async function trainRange(step, from, end) {
  const total = totals.get(step);
  for (let seed = from; seed < end && Date.now() < untilMs;) {
    const {trained, current, reason} = await trainOnce(step, seed, end - seed);
    total.networks += trained;
    if (reason === undefined) return;
    total.failures += 1;
    total.networks += 1;
    const command = [
      path.relative(process.cwd(), script),
      values.backend,
      step,
      'wide',
      current,
      1,
    ];
    console.log(`${reason}: node ${command.join(' ')}`);
    seed = (current ?? seed) + 1;
  }
}

function trainOnce(step, seed, count) {
  return new Promise(resolve => {
    const args = [script, values.backend, step, 'wide', seed, count].map(String);
    const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'pipe']});
    let [trained, current, rest, errors] = [0, undefined, '', ''];
    let timer = setTimeout(() => child.kill('SIGKILL'), STUCK_MS);
    child.stderr.on('data', bytes => (errors = (errors + bytes).slice(-2000)));
    child.stdout.setEncoding('utf8').on('data', text => {
      timer.refresh();
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines.map(each => JSON.parse(each))) {
        current = line.seed;
        if (line.losses !== undefined) trained += 1;
      }
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const reason =
        code === 0 ? undefined : `${signal ?? `code ${code}`} ${errors.trim().split('\n')[0]}`;
      resolve({trained, current, reason});
    });
  });
}
