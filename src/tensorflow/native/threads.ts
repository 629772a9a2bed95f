/**
 * TensorFlow cuts a product into as many parts as it has threads, and adds them up: the last digits
 * of a result follow from their number, whatever cores there are.
 */
const VARIABLE = 'TF_NUM_INTRAOP_THREADS';

/**
 * Has TensorFlow, which must not be loaded yet, use this many threads.
 *
 * @param wanted Those that a run began with; undefined for a new run.
 * @param cores  That this process may use.
 * @returns      How many it uses: `TF_NUM_INTRAOP_THREADS` for a new run where it is set, else one for
 *               each core.
 */
export function useThreads(
  env: NodeJS.ProcessEnv,
  wanted: number | undefined,
  cores: number,
): number {
  const set = Number(env[VARIABLE]);
  const threads = wanted ?? (Number.isInteger(set) && set > 0 ? set : cores);
  env[VARIABLE] = String(threads);
  return threads;
}
