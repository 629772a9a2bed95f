/**
 * Returns a function that remembers its last result for each object: it makes another one only when the rest of its
 * arguments changes. So what draws a list gets the same array while nothing changes.
 */
export function remembering<Source extends object, Rest extends readonly unknown[], Result>(
  make: (source: Source, ...rest: Rest) => Result,
): (source: Source, ...rest: Rest) => Result {
  const results = new WeakMap<Source, {readonly rest: Rest; readonly result: Result}>();
  return (source, ...rest) => {
    const last = results.get(source);
    if (last !== undefined && last.rest.every((value, at) => Object.is(value, rest[at])))
      return last.result;
    const result = make(source, ...rest);
    results.set(source, {rest, result});
    return result;
  };
}
