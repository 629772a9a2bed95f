/**
 * `npm run fuzz`: feeds bad input to the program for as long as it is told.
 *
 *   --seconds N   how long (60)
 *   --seed S      of the first batch (a new one each time)
 *   --target T    one target only
 *   --batches N   at most so many batches of each
 *
 * A failing input is printed with the command that repeats it, and saved in fuzz/ or, with
 * --target, in fuzz/T/: several targets can be tried at once. An input that never ends is one, too:
 * this script watches from outside.
 */
import {spawn} from 'node:child_process';
import {readFileSync, renameSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {ensureReady, root} from './setup.mjs';

/** Longer than the campaign's own limit for one input, which a loop without an end escapes. */
const STUCK_MS = 60_000;

const {values} = parseArgs({
  options: {
    seconds: {type: 'string', default: '60'},
    seed: {type: 'string', default: String(Math.floor(Math.random() * 1e9))},
    target: {type: 'string', default: ''},
    batches: {type: 'string', default: ''},
  },
});
const name = path.join('fuzz', values.target);
const folder = path.join(root, name);
const current = path.join(folder, 'current.json');

await ensureReady();
rmSync(path.join(folder, 'totals.json'), {force: true});
const startedMs = Date.now();
const child = spawn(
  process.execPath,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'test/fuzz/vitest.config.ts',
    '--root',
    root,
  ],
  {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      FUZZ_SECONDS: values.seconds,
      FUZZ_SEED: values.seed,
      FUZZ_BATCHES: values.batches,
      FUZZ_TARGET: values.target,
      FUZZ_FOLDER: folder,
    },
  },
);
const end = () => {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};
process.on('SIGINT', () => {
  end();
  process.exit(130);
});
let stuck = false;
const watch = setInterval(() => {
  const lastMs = Math.max(startedMs, modifiedMs(current));
  if (Date.now() - lastMs < STUCK_MS) return;
  stuck = true;
  end();
}, 1000);

child.on('exit', code => {
  clearInterval(watch);
  for (const {target, cases, taken, seconds, slowestMs, failures} of read(
    path.join(folder, 'totals.json'),
  ) ?? []) {
    console.log(
      `${target.padEnd(20)} ${String(cases).padStart(8)} inputs in ${seconds.toFixed(0)} s, ${((100 * taken) / cases).toFixed(0)} % taken, slowest ${slowestMs.toFixed(0)} ms, ${failures} failed`,
    );
  }
  const last = read(current);
  if (stuck && last !== undefined) {
    renameSync(current, path.join(folder, `${last.target}-stuck.json`));
    console.log(
      `${last.target}: no end after ${STUCK_MS / 1000} s; the input is in ${name}/${last.target}-stuck.json\n${last.repeat}`,
    );
  }
  process.exit(stuck ? 1 : (code ?? 1));
});

function modifiedMs(file) {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
