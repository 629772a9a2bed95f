import fc from 'fast-check';

/** One way into the program, with the inputs that are tried on it. */
export type FuzzTarget = {
  readonly name: string;
  /** What must hold for any input, as a sentence. */
  readonly promise: string;
  /** Inputs that the test suite tries. */
  readonly quick: number;
  /** Tries inputs; the same seed gives the same ones. */
  readonly examine: (options: ExamineOptions) => Promise<Examined>;
};

export type ExamineOptions = {
  readonly seed: number;
  readonly count: number;
  /** Leaves out the inputs that every batch would try first. */
  readonly withoutExamples?: boolean;
  /** Called before each input, so that one that never ends can be named. */
  readonly onCase?: (input: unknown) => void;
  /** Most processor time that an input may take, in milliseconds: a busy machine is no failure. */
  readonly limitMs?: number;
};

/** What became of an input: what is refused early says little of what comes behind. */
export type Outcome = 'taken' | 'refused';

export type Examined = {
  readonly cases: number;
  /** Inputs that were not refused. */
  readonly taken: number;
  /** Processor time of the slowest input. */
  readonly slowestMs: number;
  /** undefined where every input was handled. */
  readonly failure:
    | {
        readonly input: unknown;
        /** The input, short and in ASCII. */
        readonly shown: string;
        readonly error: string;
      }
    | undefined;
};

type TargetOptions<T> = {
  readonly name: string;
  readonly promise: string;
  readonly quick: number;
  readonly inputs: fc.Arbitrary<T>;
  /** Inputs that are tried first, whatever the seed. */
  readonly examples?: readonly T[];
  /** Throws where the program does not handle an input as it should. */
  readonly examine: (input: T) => Outcome | Promise<Outcome>;
};

export function fuzzTarget<T>(options: TargetOptions<T>): FuzzTarget {
  const {name, promise, quick, inputs, examine} = options;
  return {
    name,
    promise,
    quick,
    examine: async ({seed, count, onCase, limitMs = Number.POSITIVE_INFINITY, withoutExamples}) => {
      const examples = withoutExamples === true ? [] : (options.examples ?? []);
      let slowestMs = 0;
      let taken = 0;
      const property = fc.asyncProperty(inputs, async input => {
        onCase?.(input);
        const before = process.cpuUsage();
        if ((await examine(input)) === 'taken') taken++;
        const {user, system} = process.cpuUsage(before);
        const tookMs = (user + system) / 1000;
        slowestMs = Math.max(slowestMs, tookMs);
        if (tookMs > limitMs)
          throw new Error(`It took ${Math.round(tookMs)} ms of processor time.`);
      });
      const details = await fc.check(property, {
        seed,
        numRuns: count + examples.length,
        examples: examples.map(example => [example]),
      });
      const input = details.counterexample?.[0];
      const failure = details.failed
        ? {input, shown: shown(input), error: textOf(details.errorInstance)}
        : undefined;
      // After a failure inputs are tried that are no cases: smaller ones that fail as well.
      return {cases: details.numRuns, taken: Math.min(taken, details.numRuns), slowestMs, failure};
    },
  };
}

const SHOWN_CHARACTERS = 3000;

/** An input as text that can be put into a test; of bytes, a string in Latin-1. */
export function shown(input: unknown, most = SHOWN_CHARACTERS): string {
  const value = input instanceof Uint8Array ? Buffer.from(input).toString('latin1') : input;
  const json = JSON.stringify(value, (_key, item: unknown) => {
    const bytes = item as {type?: unknown; data?: unknown};
    if (bytes?.type === 'Buffer' && Array.isArray(bytes.data))
      return Buffer.from(bytes.data as number[]).toString('latin1');
    return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  });
  const ascii = (json ?? 'undefined').replace(
    /[^ -~]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return ascii.length > most ? `${ascii.slice(0, most)}…` : ascii;
}

const STACK_LINES = 8;

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message).split('\n').slice(0, STACK_LINES).join('\n');
}
