import type {RunOptions} from './prepare-queue.js';

/** How the interface looks. */
export type LookFlags = {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly screenReader: boolean;
};

/** What `run` does where no flag says otherwise. */
export const runOptionDefaults = {
  overrides: [],
  seed: undefined,
  repeat: 1,
  resplit: false,
  backend: 'auto',
  failFast: false,
  json: false,
} as const satisfies Partial<RunOptions>;

/** Whether a person sits at both ends; `CI` set says that nobody does. */
export function isInteractive(
  stdin: {readonly isTTY?: boolean},
  stdout: {readonly isTTY?: boolean},
  env: NodeJS.ProcessEnv,
): boolean {
  const ci = env['CI'] ?? '';
  return stdin.isTTY === true && stdout.isTTY === true && (ci === '' || ci === 'false');
}
