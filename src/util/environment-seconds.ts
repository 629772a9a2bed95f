import {UserError} from './user-error.js';

type Limits = {
  readonly least: number;
  /** Whether the minimum itself is allowed. */
  readonly isLeastAllowed: boolean;
};

/** Maximum silence of a trainer: more than 0 s. */
export const STUCK_SECONDS = 'CELEBA_TUI_STUCK_SECONDS';
/** Time between two checkpoints within an epoch; 0 s means after each batch. */
export const CHECKPOINT_SECONDS = 'CELEBA_TUI_CHECKPOINT_SECONDS';

const limits: Readonly<Record<typeof STUCK_SECONDS | typeof CHECKPOINT_SECONDS, Limits>> = {
  [STUCK_SECONDS]: {least: 0, isLeastAllowed: false},
  [CHECKPOINT_SECONDS]: {least: 0, isLeastAllowed: true},
};

/**
 * Reads seconds from the environment, in milliseconds; undefined where the variable is not set.
 *
 * @throws UserError where it is no valid number of seconds.
 */
export function millisecondsFrom(
  env: NodeJS.ProcessEnv,
  name: keyof typeof limits,
): number | undefined {
  const text = env[name]?.trim() ?? '';
  if (text === '') return undefined;
  const seconds = Number(text);
  const {least, isLeastAllowed} = limits[name];
  if (Number.isFinite(seconds) && (seconds > least || (isLeastAllowed && seconds === least)))
    return seconds * 1000;
  const expected = isLeastAllowed ? `${least} or more` : `more than ${least}`;
  throw new UserError(
    `${name}: expected a number of seconds, ${expected}; received ${JSON.stringify(text)}.`,
    {hint: 'Set it to a number such as 60, or unset it.'},
  );
}
