/**
 * Calls `work` for 0 to count - 1, several at a time, in order of starting. Rejects with the first
 * error, but only once nothing is under way any more: whoever cleans up afterwards is alone.
 */
export async function inParallel(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      try {
        await work(next++);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({length: Math.min(concurrency, count)}, worker));
  if (failures.length > 0) throw failures[0];
}
