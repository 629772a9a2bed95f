import * as z from 'zod';
import {ownValue} from '../util/own-value.js';

/** How the logits of a head become a prediction; chosen on the validation images. */
export const HeadDecision = z.object({
  /** The head predicts 1 where the probability of 1 is above this, 0 to 1. */
  threshold: z.number().min(0).max(1),
  /** The logits of the trained network were divided by this; 1 leaves them as they are. */
  temperature: z.number().positive(),
});
export type HeadDecision = Readonly<z.infer<typeof HeadDecision>>;

/** By head; a head that is missing has `plainDecision`. */
export const HeadDecisions = z.record(z.string(), HeadDecision);
export type HeadDecisions = Readonly<Record<string, HeadDecision>>;

/** The more probable of the two classes, without calibration. */
export const plainDecision: HeadDecision = {threshold: 0.5, temperature: 1};

export function decisionOf(decisions: HeadDecisions | undefined, head: string): HeadDecision {
  return ownValue(decisions ?? {}, head) ?? plainDecision;
}

/** `threshold 0.37, temperature 1.4` */
export function decisionText({threshold, temperature}: HeadDecision): string {
  return `threshold ${threshold}, temperature ${temperature}`;
}

/** Returns the predicted class. A probability that is not a number is no 1. */
export function predictedClass(probability: number, threshold: number): 0 | 1 {
  return probability > threshold ? 1 : 0;
}

/** Probability of what was predicted, 0 to 1; one that is not a number says nothing, like a half. */
export function confidenceOf(predicted: number, probability: number): number {
  if (Number.isNaN(probability)) return 0.5;
  return predicted === 1 ? probability : 1 - probability;
}
