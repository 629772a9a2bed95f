/**
 * How often a campaign tries; RELIABILITY_COUNT tries it with fewer. What is tried less is not kept.
 */
export function campaignCount(usual: number): {readonly count: number; readonly keep: boolean} {
  const count = Number(process.env['RELIABILITY_COUNT'] ?? usual);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`RELIABILITY_COUNT: expected a whole number from 1, received ${count}.`);
  return {count, keep: count >= usual};
}
