/** The list before where the new one has the same items, so that nobody works on it again. */
export function sameItems<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const isSame = before.length === now.length && now.every((item, at) => item === before[at]);
  return isSame ? before : now;
}
