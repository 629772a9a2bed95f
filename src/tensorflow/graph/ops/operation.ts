import type {Value} from '../builder.js';

/** What flows back through an operation. */
export type Gradients = {
  /** By the operation's input; undefined when nobody asked for it. */
  readonly input: Value | undefined;
  /** By the operation's weights, in their order. */
  readonly weights: readonly Value[];
};

/** An operation in the graph: its result, and how a gradient of the loss by the result flows back. */
export type Operation = {
  readonly result: Value;
  /** @param needsInput Whether anything above the operation learns. */
  readonly backward: (gradient: Value, needsInput: boolean) => Gradients;
};

/** One operation after another; the gradient takes the way back. */
export function chain(
  first: Operation,
  ...rest: readonly ((input: Value) => Operation)[]
): Operation {
  const operations = [first];
  for (const next of rest) operations.push(next((operations.at(-1) as Operation).result));
  return {
    result: (operations.at(-1) as Operation).result,
    backward: (gradient, needsInput) => {
      const weights: Value[] = [];
      let flowing: Value | undefined = gradient;
      operations.toReversed().forEach((operation, index) => {
        if (flowing === undefined) throw new Error('A gradient ended in the middle of a chain.');
        const isFirst = index === operations.length - 1;
        // The weights of an operation in the middle are met only if the gradient comes through.
        const gradients = operation.backward(flowing, needsInput || !isFirst);
        weights.unshift(...gradients.weights);
        flowing = gradients.input;
      });
      return {input: flowing, weights};
    },
  };
}

/** An operation without weights whose gradient is one expression. */
export function weightless(result: Value, inputGradient: (gradient: Value) => Value): Operation {
  return {
    result,
    backward: (gradient, needsInput) => ({
      input: needsInput ? inputGradient(gradient) : undefined,
      weights: [],
    }),
  };
}
