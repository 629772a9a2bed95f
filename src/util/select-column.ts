/** Selects the values of one column of rows that are `width` long. */
export function selectColumn<T extends Uint8Array | Float32Array>(
  values: T,
  width: number,
  column: number,
): T {
  return values.filter((_: number, index: number) => index % width === column) as T;
}
