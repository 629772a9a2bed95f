import {groupBy} from '../util/group-by.js';
import {firstOf} from '../util/format.js';
import {BINARY, classesOf, isMultiClass} from '../experiment/classes.js';
import {countKnown, hasMissing, MISSING} from '../experiment/missing-label.js';
import type {Part} from '../experiment/parts.js';
import type {DataDefinition} from '../experiment/schema.js';
import {sliceAttributes} from '../experiment/slices.js';
import {didYouMean} from '../util/nearest.js';
import {deriveSeed, seededRandom, shuffled} from '../util/random.js';
import {UserError} from '../util/user-error.js';
import {partitions, type Catalogue} from './catalogue.js';

/** Positions of the images of each part; `test` may have none. */
export type SplitPositions = Readonly<Record<Part, readonly number[]>>;

/** The positions of each part of a data set's own partition, of those given. */
export function positionsByPart(
  partition: Uint8Array,
  positions: Iterable<number> = partition.keys(),
): SplitPositions {
  const byPart = groupBy(positions, position => partition[position]);
  const of = (part: Part): readonly number[] => byPart.get(partitions[part]) ?? [];
  return {train: of('train'), validation: of('validation'), test: of('test')};
}

const MAX_BALANCED_HEADS = 10;

type Named = Pick<Catalogue, 'attributes' | 'source' | 'rejected'>;

/** Columns of the chosen heads. @throws UserError that names the nearest attribute. */
export function headColumns(catalogue: Named, heads: readonly string[]): number[] {
  return columnsOf(catalogue, heads, 'data.heads');
}

/** Columns of the attributes of `evaluation.slices`. @throws UserError as `headColumns`. */
export function sliceColumns(catalogue: Catalogue, products: readonly string[]): number[] {
  const names = sliceAttributes(products);
  const columns = columnsOf(catalogue, names, 'evaluation.slices');
  const multi = columns.findIndex(column => isMultiClass(classesAt(catalogue, column).length));
  if (multi !== -1) {
    throw new UserError(
      `evaluation.slices: ${names[multi]} has ${classesAt(catalogue, columns[multi]!).length} classes in ${catalogue.source}. Expected an attribute with two.`,
      {hint: 'Slice by another attribute.', exitCode: 3},
    );
  }
  const labelCounts = countKnown(catalogue.labels, catalogue.attributes.length);
  const partial = columns.findIndex(column => labelCounts[column] !== catalogue.files.length);
  if (partial === -1) return columns;
  throw new UserError(
    `evaluation.slices: ${names[partial]} is not known for ${catalogue.files.length - labelCounts[columns[partial]!]!} images of ${catalogue.source}. Expected a value for each image.`,
    {hint: 'Slice by another attribute, or fill in its values.', exitCode: 3},
  );
}

/** Columns of the attributes that a key of an experiment names. @throws UserError as `headColumns`. */
export function columnsOf(catalogue: Named, names: readonly string[], key: string): number[] {
  const {attributes, source, rejected} = catalogue;
  return names.map(name => {
    const column = attributes.indexOf(name);
    if (column !== -1) return column;
    const reason = rejected?.get(name);
    if (reason !== undefined) {
      const choice = attributes.length === 0 ? '' : `, or choose another: ${attributes.join(', ')}`;
      throw new UserError(`${key}: ${name} does not label the images. ${reason}`, {
        hint: `Correct the column${choice}.`,
        exitCode: 3,
      });
    }
    throw new UserError(
      `${key}: ${name} is not an attribute of ${source}. Expected ${attributes.length === 1 ? '' : 'one of '}${attributes.join(', ')}.`,
      {hint: didYouMean(name, attributes, 'Choose one of these.'), exitCode: 3},
    );
  });
}

/**
 * Positions of the images with each combination of the heads' values; the first head is the highest
 * bit. An image of which a value is missing is in none.
 *
 * @param columns   Of the heads within the catalogue.
 * @param positions Which images are looked at.
 */
export function strataOf(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: readonly number[],
): number[][] {
  const counts = columns.map(column => classesAt(catalogue, column).length);
  const size = counts.reduce((product, count) => product * count, 1);
  const strata: number[][] = Array.from({length: size}, () => []);
  const width = catalogue.attributes.length;
  for (const image of positions) {
    let stratum = 0;
    for (const [at, column] of columns.entries()) {
      const label = catalogue.labels[image * width + column] ?? 0;
      stratum = label === MISSING ? Number.NaN : stratum * counts[at]! + label;
    }
    strata[stratum]?.push(image);
  }
  return strata;
}

/** The names of the classes of an attribute. */
export function classesAt(
  {attributes, classes}: Pick<Catalogue, 'attributes' | 'classes'>,
  column: number,
): readonly string[] {
  return classes?.get(attributes[column] ?? '') ?? BINARY;
}

/**
 * `Male=1 Smiling=0`, `race=Black`
 *
 * @param classes Names of the classes of each head; 0 and 1 where they are left out.
 */
export function stratumName(
  stratum: number,
  heads: readonly string[],
  classes: readonly (readonly string[])[] = [],
): string {
  let rest = stratum;
  return heads
    .map((head, index) => ({head, names: classes[index] ?? BINARY}))
    .reverse()
    .map(({head, names}) => {
      const label = rest % names.length;
      rest = Math.floor(rest / names.length);
      return `${head}=${isMultiClass(names.length) ? names[label] : label}`;
    })
    .reverse()
    .join(' ');
}

/**
 * Checks that the classes of the heads are those of the data.
 *
 * @throws UserError with the key to write.
 */
export function assertClasses(
  catalogue: Catalogue,
  definition: Pick<DataDefinition, 'heads' | 'classes'>,
): void {
  headColumns(catalogue, definition.heads).forEach((column, at) => {
    const head = definition.heads[at]!;
    const names = classesAt(catalogue, column);
    const asked = classesOf(definition, head);
    const isSame = asked.join('\n') === names.join('\n');
    const isBinary = asked.length === 2 && names.length === 2;
    if (isSame || (isBinary && (asked === BINARY || names === BINARY))) return;
    throw new UserError(
      `data.classes: ${head} has ${names.length} classes in ${catalogue.source}: ${firstOf(names, 8)}. Expected these in this order; received ${definition.classes?.[head] === undefined ? 'none' : asked.join(', ')}.`,
      {
        hint: `celeba-tui init --from writes them, or: --set 'data.classes.${head}=${JSON.stringify(names)}'`,
        exitCode: 3,
      },
    );
  });
}

/**
 * Positions of the images that an experiment uses, in the order of the catalogue or shuffled.
 *
 * @param candidates Positions that may be drawn, ascending.
 * @throws TooFewImages where there are not as many as asked for.
 */
export function sampleImages(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
  candidates: readonly number[],
): readonly number[] {
  const columns = headColumns(catalogue, definition.heads);
  const {sampling} = definition;
  const labelled = labelledPositions(catalogue, columns, candidates);
  switch (sampling.strategy) {
    case 'all':
      return labelled;
    case 'first':
      if (sampling.count <= labelled.length) return labelled.slice(0, sampling.count);
      throw new TooFewImages(
        `data.sampling.count: Expected at most ${labelled.length}; received ${sampling.count}.`,
        `Use --set data.sampling.count=${labelled.length} or less, and a smaller split.`,
      );
    case 'balanced':
      return balanced(catalogue, columns, candidates, definition, sampling.perStratum, seed);
  }
}

/** The images of which some head has a label. */
export function labelledPositions(
  {labels, attributes}: Catalogue,
  columns: readonly number[],
  positions: readonly number[],
): readonly number[] {
  if (!hasMissing(labels)) return positions;
  return positions.filter(position =>
    columns.some(column => labels[position * attributes.length + column] !== MISSING),
  );
}

function balanced(
  catalogue: Catalogue,
  columns: readonly number[],
  candidates: readonly number[],
  {heads}: DataDefinition,
  perStratum: number,
  seed: number,
): readonly number[] {
  if (heads.length > MAX_BALANCED_HEADS) {
    throw new UserError(
      `data.sampling: ${heads.length} heads have ${2 ** heads.length} combinations. Expected at most ${MAX_BALANCED_HEADS} heads for a balanced sample.`,
      {hint: 'Use sampling: {strategy: all}.'},
    );
  }
  const strata = strataOf(catalogue, columns, candidates);
  const least = Math.min(...strata.map(({length}) => length));
  if (least < perStratum) {
    const classes = columns.map(column => classesAt(catalogue, column));
    const counts = strata
      .map((images, stratum) => `${stratumName(stratum, heads, classes)}: ${images.length}`)
      .join(', ');
    throw new TooFewImages(
      `data.sampling.perStratum: ${catalogue.source} has too few images. Expected ${perStratum} in each stratum; received ${counts}.`,
      least > 0
        ? `Use --set data.sampling.perStratum=${least} or less, and a smaller split.`
        : 'A stratum is empty, and no number balances it: use other heads, or --set data.sampling={strategy: all}.',
    );
  }
  const random = seededRandom(deriveSeed(seed, 'sampling'));
  return strata.flatMap(images => shuffled(images, random).slice(0, perStratum));
}

/** Positions of the images that are there, ascending. */
export function presentPositions({files, absent}: Catalogue): readonly number[] {
  const isAbsent = new Set(absent);
  return [...files.keys()].filter(position => !isAbsent.has(position));
}

/** The data has fewer images than an experiment asks for. */
export class TooFewImages extends UserError {
  constructor(message: string, hint: string) {
    super(message, {hint, exitCode: 3});
  }
}
