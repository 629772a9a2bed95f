type Connected = {readonly name: string; readonly inputs: readonly string[]};

/**
 * Orders layers as Keras and tfjs list them: those that are farthest from the outputs first, and layers of
 * the same distance as a walk from the outputs meets them.
 *
 * @param layers Each after its inputs.
 */
export function kerasOrder<Layer extends Connected>(layers: readonly Layer[]): readonly Layer[] {
  const byName = new Map(layers.map(layer => [layer.name, layer]));
  const distances = new Map<string, number>();
  for (const {name, inputs} of layers.toReversed()) {
    const distance = distances.get(name) ?? 0;
    distances.set(name, distance);
    for (const input of inputs)
      distances.set(input, Math.max(distances.get(input) ?? 0, distance + 1));
  }
  const met = new Set<string>();
  const walk = (name: string): void => {
    if (met.has(name)) return;
    met.add(name);
    byName.get(name)?.inputs.forEach(walk);
  };
  const used = new Set(layers.flatMap(({inputs}) => inputs));
  layers.filter(({name}) => !used.has(name)).forEach(({name}) => walk(name));
  const places = new Map([...met].map((name, place) => [name, place]));
  const place = (from: ReadonlyMap<string, number>, {name}: Layer): number => from.get(name) ?? 0;
  return [...layers].sort(
    (a, b) => place(distances, b) - place(distances, a) || place(places, a) - place(places, b),
  );
}
