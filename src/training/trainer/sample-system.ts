import {execFile} from 'node:child_process';
import os from 'node:os';
import {promisify} from 'node:util';
import type {SystemSample} from '../../runs/events.js';
import type {Reporter} from './reporter.js';

/** Somebody who looks at the figures early should not wait for them. */
const FIRST_SAMPLE_MS = 1000;
const SAMPLE_MS = 5000;
const GPU_TIMEOUT_MS = 2000;
const MEBIBYTE = 2 ** 20;

const runFile = promisify(execFile);

/**
 * Reports every few seconds what this process takes of its machine.
 *
 * @returns A function that ends it.
 */
export function sampleSystem(
  reporter: Pick<Reporter, 'emit' | 'isOpen' | 'state'>,
  env: NodeJS.ProcessEnv,
  everyMs = SAMPLE_MS,
): () => void {
  const processors = os.availableParallelism();
  let before = {usage: process.cpuUsage(), atMs: performance.now()};
  let hasGpu = true;
  const sample = async (): Promise<void> => {
    const gpu = hasGpu ? await readGpu(env) : undefined;
    hasGpu = gpu !== undefined;
    const {user, system} = process.cpuUsage(before.usage);
    const atMs = performance.now();
    const processor = (user + system) / 1000 / (atMs - before.atMs) / processors;
    before = {usage: process.cpuUsage(), atMs};
    const imagesPerSecond = reporter.state.batch?.imagesPerSecond;
    // A sample between the last event and the end of the process would follow the end of the run.
    if (!reporter.isOpen) return;
    reporter.emit({
      type: 'system.sampled',
      processor,
      memoryBytes: process.memoryUsage.rss(),
      ...(imagesPerSecond === undefined ? {} : {imagesPerSecond}),
      ...(gpu === undefined ? {} : {gpu}),
    });
  };
  const end = (): void => clearTimeout(timer);
  const sampleAfter = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      timer = sampleAfter(everyMs);
      // What keeps the log from being written stops the training, too, at its next event.
      void sample().catch(end);
    }, ms).unref();
  let timer = sampleAfter(Math.min(FIRST_SAMPLE_MS, everyMs));
  return end;
}

/** Use of the first NVIDIA card; undefined without one. */
async function readGpu(env: NodeJS.ProcessEnv): Promise<SystemSample['gpu']> {
  const query = ['--query-gpu=utilization.gpu,memory.used', '--format=csv,noheader,nounits'];
  try {
    const {stdout} = await runFile('nvidia-smi', query, {env, timeout: GPU_TIMEOUT_MS});
    const [utilization, memory] = (stdout.split('\n')[0] ?? '').split(',').map(Number);
    if (!Number.isFinite(utilization) || !Number.isFinite(memory)) return undefined;
    return {utilization: Number(utilization) / 100, memoryBytes: Number(memory) * MEBIBYTE};
  } catch {
    return undefined;
  }
}
