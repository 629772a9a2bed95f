import type {DataDefinition} from '../experiment/schema.js';
import {deriveSeed, seededRandom, shuffled} from '../util/random.js';
import {UserError} from '../util/user-error.js';
import {nearest} from '../util/nearest.js';
import type {Catalogue} from './catalogue.js';
import {TooFewImages} from './too-few-images.js';

const MAX_BALANCED_HEADS = 10;

/** Columns of the chosen heads. @throws UserError that names the nearest attribute. */
export function headColumns(catalogue: Catalogue, heads: readonly string[]): number[] {
  return heads.map(head => {
    const column = catalogue.attributes.indexOf(head);
    if (column !== -1) return column;
    const near = nearest(head, catalogue.attributes);
    throw new UserError(
      `data.heads: ${head} is not an attribute of ${catalogue.source}. Expected ${listed(catalogue.attributes)}.`,
      {hint: near === undefined ? 'Choose one of these.' : `Did you mean ${near}?`, exitCode: 3},
    );
  });
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `one of ${names.join(', ')}`;
}

/**
 * Positions of the images with each combination of the heads' values; the first head is the highest bit.
 *
 * @param columns   Of the heads within the catalogue.
 * @param positions Which images are looked at.
 */
export function strataOf(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: readonly number[],
): number[][] {
  const strata: number[][] = Array.from({length: 2 ** columns.length}, () => []);
  const width = catalogue.attributes.length;
  for (const image of positions) {
    let stratum = 0;
    for (const column of columns)
      stratum = stratum * 2 + (catalogue.labels[image * width + column] ?? 0);
    strata[stratum]?.push(image);
  }
  return strata;
}

/** `Male=1 Smiling=0` */
export function stratumName(stratum: number, heads: readonly string[]): string {
  return heads
    .map((head, index) => `${head}=${(stratum >> (heads.length - 1 - index)) & 1}`)
    .join(' ');
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
  switch (sampling.strategy) {
    case 'all':
      return candidates;
    case 'first':
      assertEnough(candidates.length, sampling.count);
      return candidates.slice(0, sampling.count);
    case 'balanced':
      assertFewHeads(definition.heads);
      return balanced(
        strataOf(catalogue, columns, candidates),
        catalogue,
        definition,
        sampling.perStratum,
        seed,
      );
  }
}

function assertFewHeads(heads: readonly string[]): void {
  if (heads.length <= MAX_BALANCED_HEADS) return;
  throw new UserError(
    `data.sampling: ${heads.length} heads have ${2 ** heads.length} combinations. Expected at most ${MAX_BALANCED_HEADS} heads for a balanced sample.`,
    {hint: 'Use sampling: {strategy: all}.'},
  );
}

function balanced(
  strata: readonly (readonly number[])[],
  {source}: Catalogue,
  {heads}: DataDefinition,
  perStratum: number,
  seed: number,
): readonly number[] {
  const least = Math.min(...strata.map(({length}) => length));
  if (least < perStratum) {
    const counts = strata
      .map((images, stratum) => `${stratumName(stratum, heads)}: ${images.length}`)
      .join(', ');
    throw new TooFewImages(
      `data.sampling.perStratum: ${source} has too few images. Expected ${perStratum} in each stratum; received ${counts}.`,
      least > 0
        ? `Use --set data.sampling.perStratum=${least} or less, and a smaller split.`
        : 'A stratum is empty, and no number balances it: use other heads, or --set data.sampling={strategy: all}.',
    );
  }
  const random = seededRandom(deriveSeed(seed, 'sampling'));
  return strata.flatMap(images => shuffled(images, random).slice(0, perStratum));
}

function assertEnough(have: number, want: number): void {
  if (want <= have) return;
  throw new TooFewImages(
    `data.sampling.count: Expected at most ${have}; received ${want}.`,
    `Use --set data.sampling.count=${have} or less, and a smaller split.`,
  );
}
