/**
 * Finds the file and the row in it of a position, where several files follow each other.
 *
 * @param counts Rows of each file.
 */
export function atShard(
  counts: readonly number[],
): (position: number) => readonly [shard: number, row: number] {
  const ends: number[] = [];
  for (const count of counts) ends.push((ends.at(-1) ?? 0) + count);
  let last = 0;
  return position => {
    // Most ask for one position after another.
    if (position < (ends[last - 1] ?? 0)) last = 0;
    while (position >= (ends[last] ?? Infinity)) last++;
    return [last, position - (ends[last - 1] ?? 0)];
  };
}
