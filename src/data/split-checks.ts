import {areTooManyLost, MOST_LOST_FRACTION} from '../experiment/limits.js';
import {isMultiClass} from '../experiment/classes.js';
import {countLabels, hasMissing, MISSING} from '../experiment/missing-label.js';
import {parts, type Part} from '../experiment/parts.js';
import type {DataDefinition} from '../experiment/schema.js';
import {listed} from '../util/format.js';
import type {Catalogue} from './catalogue.js';
import {dataError} from './layouts/text-file.js';
import {classesAt, headColumns, type SplitPositions, strataOf, stratumName} from './sampling.js';
import {sum} from '../util/sum.js';

/**
 * A sentence for each head that has one class alone in a part of the split: a network learns
 * nothing of it there, and an accuracy says nothing.
 *
 * @param columns Of the heads within the catalogue.
 * @param drawn   Positions of the catalogue, of which those that cannot be used are left out.
 */
export function oneClassWarnings(
  catalogue: Pick<Catalogue, 'labels' | 'attributes' | 'classes'>,
  columns: readonly number[],
  heads: readonly string[],
  drawn: SplitPositions,
): string[] {
  const {labels, attributes} = catalogue;
  const counted = Object.fromEntries(
    parts.map(part => [part, countLabels(labels, attributes.length, columns, drawn[part])]),
  );
  return heads.flatMap((head, index) =>
    parts.flatMap(part => {
      const positions = drawn[part];
      const names = classesAt(catalogue, columns[index] ?? 0);
      const counts = names.map((_, name) => counted[part]![index]![name]!);
      const labelled = sum(counts);
      const absent = names.filter((_, name) => counts[name] === 0);
      if (positions.length === 0 || absent.length === 0) return [];
      if (labelled === 0)
        return [`${head} is not known for any of the ${positions.length} ${part} images.`];
      const isMulti = isMultiClass(names.length);
      if (isMulti && absent.length < names.length - 1)
        return [`${head} is ${listed(absent)} in none of the ${labelled} ${part} images.`];
      const label = counts.findIndex(count => count > 0);
      return [
        `${head} is ${isMulti ? names[label] : label} in all ${labelled} ${part} images: ${oneClassConsequence[part]}.`,
      ];
    }),
  );
}

/** A sentence for each head whose value is missing for some images: how many count, in each part. */
export function missingWarnings(
  {labels, attributes}: Pick<Catalogue, 'labels' | 'attributes'>,
  columns: readonly number[],
  heads: readonly string[],
  drawn: SplitPositions,
): string[] {
  if (!hasMissing(labels)) return [];
  const counted = parts
    .filter(part => drawn[part].length > 0)
    .map(part => {
      const all = drawn[part].length;
      const ofHeads = countLabels(labels, attributes.length, columns, drawn[part]);
      return {part, all, labelled: ofHeads.map(counts => all - counts[MISSING]!)};
    });
  return heads.flatMap((head, index) => {
    const counts = counted.map(({labelled, ...rest}) => ({...rest, labelled: labelled[index]!}));
    if (counts.every(({all, labelled}) => all === labelled)) return [];
    const text = counts.map(({part, all, labelled}) => `${labelled} of ${all} ${part} images`);
    return [`${head} is known for ${listed(text, 'and')}; its loss and metrics count these.`];
  });
}

const oneClassConsequence: Readonly<Record<Part, string>> = {
  train: 'the network cannot learn to tell it apart',
  validation: 'its accuracy tells nothing about the other class',
  test: 'its accuracy tells nothing about the other class',
};

const HINT =
  'Copy the unreadable images again, or remove them from the label file and draw a smaller sample.';

/**
 * Leaves broken images out of a split, as `data.onBadImage: skip` asks.
 *
 * @param unusable Positions of the catalogue.
 * @throws UserError with exit code 3 where `areTooManyLost` of one part, or all
 *   of a stratum: the experiment would be another one.
 */
export function withoutLost(
  catalogue: Catalogue,
  drawn: SplitPositions,
  unusable: ReadonlySet<number>,
  definition: DataDefinition,
): SplitPositions {
  const left = {train: [] as number[], validation: [] as number[], test: [] as number[]};
  for (const part of parts) {
    left[part] = drawn[part].filter(position => !unusable.has(position));
    if (left[part].length === drawn[part].length) continue;
    const name = part === 'train' ? 'training' : part;
    assertFewLost(name, drawn[part].length, left[part].length);
    assertNoStratumLost(name, catalogue, definition, drawn[part], left[part]);
  }
  return left;
}

function assertFewLost(part: string, drawn: number, left: number): void {
  const lost = drawn - left;
  if (!areTooManyLost(lost, drawn)) return;
  throw dataError(
    `${lost} of ${drawn} ${part} images cannot be used. Expected at most ${MOST_LOST_FRACTION * 100} % with data.onBadImage: skip.`,
    HINT,
  );
}

/** A balanced sample has strata of all heads together; of another, each head has two. */
function assertNoStratumLost(
  part: string,
  catalogue: Catalogue,
  {heads, sampling}: DataDefinition,
  drawn: readonly number[],
  left: readonly number[],
): void {
  const groups = sampling.strategy === 'balanced' ? [heads] : heads.map(head => [head]);
  for (const group of groups) {
    const columns = headColumns(catalogue, group);
    const after = strataOf(catalogue, columns, left);
    strataOf(catalogue, columns, drawn).forEach(({length}, stratum) => {
      if (length === 0 || after[stratum]?.length !== 0) return;
      throw dataError(
        `None of the ${length} ${part} images with ${stratumName(
          stratum,
          group,
          columns.map(column => classesAt(catalogue, column)),
        )} can be used. Expected some of each stratum.`,
        HINT,
      );
    });
  }
}
