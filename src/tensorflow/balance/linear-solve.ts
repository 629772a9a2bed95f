/**
 * Solves a x = b by Gaussian elimination with partial pivoting.
 *
 * @param matrix Square; not changed.
 * @returns      Values that are not finite where the matrix is singular.
 */
export function linearSolve(
  matrix: readonly (readonly number[])[],
  b: readonly number[],
): number[] {
  const size = b.length;
  const rows = matrix.map((row, at) => Float64Array.from([...row, b[at]!]));
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++)
      if (Math.abs(rows[row]![pivot]!) > Math.abs(rows[best]![pivot]!)) best = row;
    [rows[pivot], rows[best]] = [rows[best]!, rows[pivot]!];
    const from = rows[pivot]!;
    for (let row = pivot + 1; row < size; row++) {
      const factor = rows[row]![pivot]! / from[pivot]!;
      if (factor === 0) continue;
      for (let column = pivot; column <= size; column++)
        rows[row]![column]! -= factor * from[column]!;
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = rows[row]![size]!;
    for (let column = row + 1; column < size; column++) rest -= rows[row]![column]! * x[column]!;
    x[row] = rest / rows[row]![row]!;
  }
  return x;
}
