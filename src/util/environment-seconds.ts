import {UserError} from './user-error.js';

/** Maximum silence of a trainer: more than 0 s. */
export const STUCK_SECONDS = 'CELEBA_TUI_STUCK_SECONDS';
/** Time between two checkpoints within an epoch; 0 s means after each batch. */
export const CHECKPOINT_SECONDS = 'CELEBA_TUI_CHECKPOINT_SECONDS';
/** Shortest time between two questions to a cluster: more than 0 s. */
export const CLUSTER_SECONDS = 'CELEBA_TUI_CLUSTER_SECONDS';

/**
 * Reads seconds from the environment, in milliseconds; undefined where the variable is not set.
 *
 * @throws UserError where it is no valid number of seconds.
 */
export function millisecondsFrom(
  env: NodeJS.ProcessEnv,
  name: typeof STUCK_SECONDS | typeof CHECKPOINT_SECONDS | typeof CLUSTER_SECONDS,
): number | undefined {
  const text = env[name]?.trim() ?? '';
  if (text === '') return undefined;
  const seconds = Number(text);
  const isZeroAllowed = name === CHECKPOINT_SECONDS;
  if (Number.isFinite(seconds) && (seconds > 0 || (isZeroAllowed && seconds === 0))) {
    return seconds * 1000;
  }
  throw new UserError(
    `${name}: expected a number of seconds, ${isZeroAllowed ? '0 or more' : 'more than 0'}; received ${JSON.stringify(text)}.`,
    {hint: 'Set it to a number such as 60, or unset it.'},
  );
}
