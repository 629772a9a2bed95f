import type {Catalogue} from './catalogue.js';
import type {SplitPositions} from './split.js';

/**
 * A sentence for each head that has one class alone in a part of the split: a network learns nothing
 * of it there, and an accuracy says nothing.
 *
 * @param columns Of the heads within the catalogue.
 * @param drawn   Positions of the catalogue, of which those that cannot be used are left out.
 */
export function oneClassWarnings(
  {labels, attributes}: Pick<Catalogue, 'labels' | 'attributes'>,
  columns: readonly number[],
  heads: readonly string[],
  drawn: SplitPositions,
): string[] {
  return heads.flatMap((head, index) =>
    parts.flatMap(({name, consequence}) => {
      const positions = drawn[name];
      const column = columns[index] ?? 0;
      const ones = positions.reduce(
        (sum, position) => sum + (labels[position * attributes.length + column] ?? 0),
        0,
      );
      if (ones > 0 && ones < positions.length) return [];
      return [
        `${head} is ${ones === 0 ? 0 : 1} in all ${positions.length} ${name} images: ${consequence}.`,
      ];
    }),
  );
}

const parts = [
  {name: 'train', consequence: 'the network cannot learn to tell it apart'},
  {name: 'validation', consequence: 'its accuracy says nothing about the other class'},
] as const;
