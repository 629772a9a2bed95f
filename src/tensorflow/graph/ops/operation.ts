import type {Value} from '../builder.js';

/** Gradients of the loss that an operation passes back. */
export type Gradients = {
  /** By the operation's input; undefined when it is not needed. */
  readonly input: Value | undefined;
  /** By the operation's weights, in their order. */
  readonly weights: readonly Value[];
};

/** An operation in the graph: its result, and the gradients that follow from that of the result. */
export type Operation = {
  readonly result: Value;
  /** @param needsInput Whether a layer above the operation has weights to train. */
  readonly backward: (gradient: Value, needsInput: boolean) => Gradients;
};

/** Joins operations one after another; the gradient flows through them in reverse. */
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
        // Only a gradient that passes the later operations reaches the weights of the earlier ones.
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
