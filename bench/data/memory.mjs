/** The memory of a process and of all that it started, along time; Linux alone says it (/proc). */
import {existsSync, readdirSync, readFileSync} from 'node:fs';

const EVERY_MS = 250;

/**
 * @param progress Asked with each sample: how much is done, 0 to 1, or undefined.
 * @returns A function that ends it: `{peak, highest, samples}` in bytes. `peak` is the highest sum,
 *   with pages that processes share counted once; `highest` has the peak of each process by its id.
 */
export function watchMemory(root, progress = () => undefined) {
  const highest = new Map();
  const samples = [];
  let peak = 0;
  const take = () => {
    let resident = 0;
    let proportional = 0;
    for (const pid of processesFrom(root)) {
      const status = readIfThere(`/proc/${pid}/status`);
      const rollup = readIfThere(`/proc/${pid}/smaps_rollup`);
      resident += kilobytes(status, 'VmRSS');
      proportional += kilobytes(rollup, 'Pss');
      const top = kilobytes(status, 'VmHWM');
      if (top > 0) highest.set(pid, top);
    }
    peak = Math.max(peak, proportional);
    samples.push({done: progress(), resident, proportional});
  };
  const timer = existsSync('/proc/self/smaps_rollup') ? setInterval(take, EVERY_MS) : undefined;
  return () => {
    clearInterval(timer);
    return {peak, highest, samples};
  };
}

function processesFrom(root) {
  const processes = [root];
  // Grows while it is walked: children of children.
  for (const pid of processes) {
    for (const task of tasksOf(pid)) {
      const children = readIfThere(`/proc/${pid}/task/${task}/children`).trim();
      if (children !== '') processes.push(...children.split(' ').map(Number));
    }
  }
  return processes;
}

function tasksOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty when the process has ended meanwhile. */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kilobytes(text, key) {
  const match = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text);
  return match === null ? 0 : Number(match[1]) * 1024;
}
