/**
 * Holm's correction (1979) for several tests at once: the p of each, made so large that calling
 * everything at or below 0.05 a difference is wrong at most once in twenty comparisons as a whole.
 *
 * @param values p of each test; NaN (a test that was not made) stays NaN and does not count.
 */
export function holm(values: readonly number[]): number[] {
  const order = values
    .map((value, index) => ({value, index}))
    .filter(({value}) => !Number.isNaN(value))
    .sort((a, b) => a.value - b.value);
  const corrected = values.map(() => Number.NaN);
  let largest = 0;
  order.forEach(({value, index}, rank) => {
    largest = Math.max(largest, Math.min(1, value * (order.length - rank)));
    corrected[index] = largest;
  });
  return corrected;
}
