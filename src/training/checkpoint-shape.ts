import {z} from 'zod';

/** zod's own numbers are finite; a loss may be anything. */
const anyNumber = z.custom<number>(value => typeof value === 'number', 'expected a number');
const count = z.number().int().min(0);
const floats = z.instanceof(Float32Array);

const namedArray = z
  .object({name: z.string(), shape: z.array(count), values: floats})
  .refine(
    ({shape, values}) => shape.reduce((product, side) => product * side, 1) === values.length,
    'as many values as the shape says',
  );
/** Earlier versions kept momentum's sum of gradients; the velocity is that times the rate. */
function hasOldMomentum(slots: readonly {readonly name: string}[]): boolean {
  const has = (slot: string): boolean => slots.some(({name}) => name.endsWith(slot));
  return has('/momentum') && !has('/rms');
}

const metrics = z.object({
  loss: anyNumber,
  heads: z.record(z.string(), z.object({loss: anyNumber, accuracy: anyNumber})),
});
const sums = z.object({
  headLosses: z.array(anyNumber),
  headCorrect: z.array(anyNumber),
  loss: anyNumber,
  images: count,
});
const progress = z.object({
  model: z.string(),
  epoch: z.number().int().min(1),
  batches: count,
  sums: sums.optional(),
  state: z
    .object({
      weights: z.array(namedArray),
      optimizer: z.array(namedArray),
      steps: count,
    })
    .refine(({optimizer}) => !hasOldMomentum(optimizer), 'momentum without the learning rate'),
  best: z.object({epoch: count, loss: anyNumber, epochsSince: count}),
  kept: z.object({weights: z.array(namedArray), train: metrics, validation: metrics}).optional(),
  epochSeconds: anyNumber,
  seconds: anyNumber,
});
const shape = z.object({
  version: z.literal(1),
  config: z.string().optional(),
  ended: z.array(
    z.object({
      name: z.string(),
      heads: z.array(z.string()),
      probabilities: floats,
      stoppedEarly: z.boolean(),
    }),
  ),
  progress: progress.optional(),
  seconds: anyNumber,
});

/** Why this is no checkpoint; undefined where it is one. */
export function checkpointFlaw(value: unknown): string | undefined {
  const [issue] = shape.safeParse(value).error?.issues ?? [];
  return issue === undefined ? undefined : `${issue.path.join('.') || 'all'}: ${issue.message}`;
}
