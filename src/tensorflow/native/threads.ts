/**
 * TensorFlow splits a product into as many parts as it has threads and adds them up: the last digits
 * of a result depend on the number of threads, not on the cores.
 */
const VARIABLE = 'TF_NUM_INTRAOP_THREADS';

/**
 * Sets the number of TensorFlow's threads, before it is loaded.
 *
 * @param previous Threads that the run began with; undefined for a new run.
 * @param cores    Cores that this process may use.
 * @returns        The number of threads: for a new run `TF_NUM_INTRAOP_THREADS`, else one for each core.
 */
export function useThreads(
  env: NodeJS.ProcessEnv,
  previous: number | undefined,
  cores: number,
): number {
  const set = Number(env[VARIABLE]);
  const threads = previous ?? (Number.isInteger(set) && set > 0 ? set : cores);
  env[VARIABLE] = String(threads);
  return threads;
}
