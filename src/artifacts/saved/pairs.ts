import type {WeightEntry} from './layers-file.js';

/** Two columns of a vector's weights: those of one head. The last axis holds two for each head. */
export function columnsOfPair({name, shape, values}: WeightEntry, pair: number): WeightEntry {
  const width = shape.at(-1) as number;
  return {
    name: `${name}/${pair}`,
    shape: [...shape.slice(0, -1), 2],
    values: values.filter((_, at) => Math.floor((at % width) / 2) === pair),
  };
}
