import {z} from 'zod';

/**
 * What `model.json` says beside tfjs's own keys (`userDefinedMetadata`), so that the folder alone
 * is enough to predict with.
 */
export const ModelMetadata = z.object({
  celebaTui: z.object({
    version: z.literal(1),
    /** In the order of the model's outputs. */
    heads: z.array(z.string().regex(/^\w[\w-]{0,63}$/)).min(1),
    /** As in a plan: a softmax for each head, or one vector of logits. */
    output: z.enum(['heads', 'vector']),
    /** For people: what the network expects. */
    input: z.string(),
  }),
});
export type ModelMetadata = z.infer<typeof ModelMetadata>;

/** How the outputs of a model are to be read. */
export type OutputPlan = {
  readonly heads: readonly string[];
  readonly output: 'heads' | 'vector';
};

export function modelMetadata({heads, output}: OutputPlan): ModelMetadata {
  return {
    celebaTui: {
      version: 1,
      heads: [...heads],
      output,
      input: 'RGB, [batch, height, width, 3], each value divided by 255',
    },
  };
}
