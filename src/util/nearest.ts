import {closest, distance} from 'fastest-levenshtein';

/** The most similar name; undefined where none is similar. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const sameLetters = names.find(candidate => candidate.toLowerCase() === name.toLowerCase());
  const candidate = sameLetters ?? closest(name, [...names]);
  const allowed = Math.max(2, Math.floor(candidate.length / 3));
  return distance(name.toLowerCase(), candidate.toLowerCase()) <= allowed ? candidate : undefined;
}

/** A hint that names the most similar name; `otherwise` where none is similar. */
export function didYouMean(
  name: string,
  names: readonly string[],
  otherwise?: string,
): string | undefined {
  const near = nearest(name, names);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
}
