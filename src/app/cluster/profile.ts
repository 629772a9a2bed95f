import {readFile} from 'node:fs/promises';
import * as z from 'zod';
import {readDocument} from '../../experiment/document.js';
import {problemsError, wrong, valueAt, type Problem} from '../../experiment/problems.js';
import {listed} from '../../util/format.js';
import {nearest} from '../../util/nearest.js';
import {messageOf, UserError} from '../../util/user-error.js';

/** Options of sbatch that the program sets itself: the queue depends on them. */
const OWN_OPTIONS = [
  ...['array', 'job-name', 'output', 'error', 'open-mode', 'signal', 'requeue', 'no-requeue'],
  ...['parsable', 'test-only', 'wrap', 'hold', 'wait'],
];
/** Short forms of such options. */
const OWN_LETTERS = ['a', 'J', 'o', 'e', 'H', 'W'];

/** Minutes, or what sbatch reads as a time: `2:00:00` has hours, `1-12` has days and hours. */
const TIME = /^(?:\d+|\d+:\d\d(?::\d\d)?|\d+-\d+(?::\d\d){0,2})$/;
const MEMORY = /^\d+[KMGT]?$/;

/** A text that stands in one line of a script. */
const line = (what: string) =>
  z.string(`Expected ${what}`).regex(/^[^\r\n\0]*\S[^\r\n\0]*$/, `Expected ${what}, in one line`);
const word = (what: string) =>
  z.string(`Expected ${what}`).regex(/^[^\s"'\\]+$/, `Expected ${what}, without blanks`);
const count = (most: number) =>
  z
    .int(`Expected a whole number from 1 to ${most}`)
    .min(1, `Expected a whole number from 1 to ${most}`)
    .max(most, `Expected a whole number from 1 to ${most}`);
const textOf = (what: string, pattern: RegExp) =>
  z
    .union([z.string(), z.int()], `Expected ${what}`)
    .transform(String)
    .refine(text => pattern.test(text), `Expected ${what}`);

/** What each task asks of a cluster. Every key may be left out: the cluster's default counts then. */
const Profile = z.strictObject({
  partition: word('the name of a partition').optional(),
  account: word('the name of an account').optional(),
  /** The time limit of a task. It may be shorter than the training: the task then continues later. */
  time: textOf('minutes, or a time such as 4:00:00 or 1-12:00', TIME).optional(),
  /** Processors of a task: TensorFlow gets as many threads. */
  cpus: count(1024).optional(),
  memory: textOf('megabytes, or an amount such as 4G', MEMORY).optional(),
  constraint: word('a feature of nodes').optional(),
  /** More options of sbatch, one a line. */
  sbatch: z
    .array(
      line('an option of sbatch, such as --qos=long').refine(
        text => ownOption(text) === undefined,
        'Expected an option that celeba-tui does not set itself',
      ),
      'Expected a list of options of sbatch',
    )
    .default([]),
  /** Commands that run on the node before the program, such as `module load nodejs`. */
  before: z
    .array(line('a command, such as module load nodejs'), 'Expected a list of commands')
    .default([]),
  /** How often a task that was interrupted starts again before it counts as failed. */
  restarts: count(1000).default(100),
});
export type Profile = Readonly<z.infer<typeof Profile>>;

const KEYS = Object.keys(Profile.shape);

function ownOption(text: string): string | undefined {
  const [, long] = /^--([\w-]+)/.exec(text) ?? [];
  const [, letter] = /^-([A-Za-z])/.exec(text) ?? [];
  if (long === undefined && letter === undefined) return 'none';
  return OWN_OPTIONS.find(name => name === long) ?? OWN_LETTERS.find(name => name === letter);
}

/**
 * Reads a profile.
 *
 * @param file undefined where the cluster's defaults count.
 * @throws UserError with the line of each problem.
 */
export async function readProfile(file: string | undefined): Promise<Profile> {
  if (file === undefined) return Profile.parse({});
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`${file}: the profile cannot be read: ${messageOf(error)}`, {
      hint: `A profile is a file with some of the keys ${listed(KEYS, 'and')}; docs/cluster.md has an example.`,
      cause: error,
    });
  });
  return parseProfile(text, file);
}

/** Checks the text of a profile. @throws UserError with the line of each problem. */
export function parseProfile(text: string, file: string): Profile {
  const document = readDocument(text, file);
  const value: unknown = document.value ?? {};
  const {data, error} = Profile.safeParse(value);
  if (data !== undefined) return data;
  const problems = error.issues.flatMap(issue => problemsOf(issue, value));
  throw problemsError(
    file,
    document.lines,
    problems.map(problem => ({...problem, place: document.placeOf(problem.path, problem.atKey)})),
    'docs/cluster.md describes the keys of a profile.',
  );
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown): Problem[] {
  const path = issue.path.map(key => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({
      path: [key],
      message: `This key is not known here. Expected one of ${KEYS.join(', ')}.`,
      suggestion: nearest(key, KEYS),
      atKey: true,
    }));
  if (path.length === 0) return [wrong([], `a map with ${listed(KEYS)}`, value)];
  return [wrong(path, issue.message.replace(/^Expected /, ''), valueAt(value, path))];
}

const SECONDS = {minute: 60, hour: 3600, day: 86_400};

/** The time limit in seconds; undefined where the profile has none. */
export function limitSeconds({time}: Pick<Profile, 'time'>): number | undefined {
  if (time === undefined) return undefined;
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const parts = (clock as string).split(':').map(Number);
  const {minute, hour, day} = SECONDS;
  // Without days, one or two parts begin with minutes; otherwise the first part has hours.
  const units = time.includes('-') || parts.length === 3 ? [hour, minute, 1] : [minute, 1];
  return parts.reduce(
    (sum, part, index) => sum + part * (units[index] as number),
    Number(days) * day,
  );
}
