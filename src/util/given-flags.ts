import {listed} from './format.js';
import {UserError} from './user-error.js';

/** Options by their names, such as `--data`, and whether each was given. */
type Flags = Readonly<Record<string, boolean>>;

/** Names of the options that were given. */
export function givenFlags(flags: Flags): string[] {
  return Object.keys(flags).filter(name => flags[name]);
}

/**
 * Checks options of a command that need another one.
 *
 * @param needed The other option, as it may be written: `--on slurm`.
 * @throws UserError where some of them are given without it.
 */
export function assertNotWithout(command: string, needed: string, flags: Flags): void {
  const given = givenFlags(flags);
  if (given.length === 0) return;
  throw new UserError(
    `${command}: ${listed(given, 'and')} without ${needed.split(' ')[0]} has no effect.`,
    {hint: `Add ${needed}, or leave it out.`},
  );
}
