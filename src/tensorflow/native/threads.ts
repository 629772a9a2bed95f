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
  const threads = previous ?? threadsSetIn(env) ?? cores;
  env[VARIABLE] = String(threads);
  return threads;
}

/**
 * The environment of trainers that work at the same time: the cores are divided among them, unless the
 * user has set the number of threads.
 *
 * @param jobs Trainers at the same time, 1 or more.
 */
export function withDividedThreads(
  env: NodeJS.ProcessEnv,
  jobs: number,
  cores: number,
): NodeJS.ProcessEnv {
  if (jobs === 1 || threadsSetIn(env) !== undefined) return env;
  return {...env, [VARIABLE]: String(Math.max(1, Math.floor(cores / jobs)))};
}

function threadsSetIn(env: NodeJS.ProcessEnv): number | undefined {
  const set = Number(env[VARIABLE]);
  return Number.isInteger(set) && set > 0 ? set : undefined;
}
