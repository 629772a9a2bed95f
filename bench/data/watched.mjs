import {spawn} from 'node:child_process';
import {watchMemory} from './memory.mjs';

/**
 * Runs a program to its end and watches its memory.
 *
 * @param options.onLine Gets each line of its output as it comes.
 * @param options.progress As for `watchMemory`.
 * @returns Output, seconds from start to end, when it started (ms since 1970), its id, and its memory.
 * @throws Error with the last line of its complaints when it fails.
 */
export async function watched(program, args, {env, onLine = () => {}, progress} = {}) {
  const startedAt = Date.now();
  const started = performance.now();
  const child = spawn(program, args.map(String), {
    env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3', ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = watchMemory(child.pid, progress);
  let output = '';
  let rest = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  child.stderr.setEncoding('utf8').on('data', text => (complaints += text));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  const memory = stop();
  if (status !== 0)
    throw new Error(complaints.trim().split('\n').at(-1) || `it ended with exit code ${status}`);
  return {output, seconds, startedAt, pid: child.pid, memory};
}
