/** What Adam keeps for each number. */
export type Learned = {
  readonly values: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
};

type AdamStep = {
  readonly rate: number;
  /** Added to the gradient: decay times the value. */
  readonly decay?: number;
  /** Steps taken, this one included. */
  readonly steps: number;
};

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Takes one step of Adam (Kingma and Ba 2015) with the defaults of `torch.optim.Adam`, in place.
 *
 * @param gradients One for each number; undefined leaves the number as it is.
 */
export function adamStep(
  {values, m, v}: Learned,
  gradients: readonly (number | undefined)[],
  {rate, decay = 0, steps}: AdamStep,
): void {
  gradients.forEach((plain, at) => {
    if (plain === undefined) return;
    const gradient = plain + decay * values[at]!;
    m[at] = BETA1 * m[at]! + (1 - BETA1) * gradient;
    v[at] = BETA2 * v[at]! + (1 - BETA2) * gradient ** 2;
    const mean = m[at] / (1 - BETA1 ** steps);
    const square = v[at] / (1 - BETA2 ** steps);
    values[at]! -= (rate * mean) / (Math.sqrt(square) + EPSILON);
  });
}
