export type Leaf = string | number | boolean;

/**
 * The values of a definition by their paths, such as `data.image.scale`.
 *
 * @param listText Words a list, which is one value.
 */
export function flatten(
  value: unknown,
  path: string,
  listText: (list: readonly unknown[]) => string,
): (readonly [path: string, value: Leaf])[] {
  if (Array.isArray(value)) return [[path, listText(value)]];
  if (typeof value !== 'object' || value === null) return [[path, value as Leaf]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, path === '' ? key : `${path}.${key}`, listText),
  );
}

/** Whether a list holds no lists or maps. */
export function isPlain(list: readonly unknown[]): boolean {
  return list.every(item => typeof item !== 'object');
}
