import type {DataDefinition} from '../experiment/schema.js';
import {deriveSeed, seededRandom, shuffled} from '../util/random.js';
import {UserError} from '../util/user-error.js';
import {nearest} from '../util/nearest.js';
import type {Catalogue} from './catalogue.js';

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

/** Positions of the images with each combination of the heads' values; the first head is the highest bit. */
export function strataOf(catalogue: Catalogue, columns: readonly number[]): number[][] {
  const strata: number[][] = Array.from({length: 2 ** columns.length}, () => []);
  const width = catalogue.attributes.length;
  for (let image = 0; image < catalogue.files.length; image++) {
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

/** Positions of the images that an experiment uses, in the order of the catalogue or shuffled. */
export function sampleImages(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
): readonly number[] {
  const columns = headColumns(catalogue, definition.heads);
  const {sampling} = definition;
  switch (sampling.strategy) {
    case 'all':
      return everyPosition(catalogue.files.length);
    case 'first':
      requireEnough(catalogue.files.length, sampling.count);
      return everyPosition(sampling.count);
    case 'balanced':
      return balanced(catalogue, definition.heads, columns, sampling.perStratum, seed);
  }
}

function balanced(
  catalogue: Catalogue,
  heads: readonly string[],
  columns: readonly number[],
  perStratum: number,
  seed: number,
): readonly number[] {
  if (heads.length > MAX_BALANCED_HEADS) {
    throw new UserError(
      `data.sampling: ${heads.length} heads have ${2 ** heads.length} combinations. Expected at most ${MAX_BALANCED_HEADS} heads for a balanced sample.`,
      {hint: 'Use sampling: {strategy: all}.'},
    );
  }
  const strata = strataOf(catalogue, columns);
  const short = strata.filter(images => images.length < perStratum);
  if (short.length > 0) {
    const counts = strata
      .map((images, stratum) => `${stratumName(stratum, heads)}: ${images.length}`)
      .join(', ');
    throw new UserError(
      `data.sampling.perStratum: ${catalogue.source} has too few images. Expected ${perStratum} in each stratum; received ${counts}.`,
      {
        hint: `Use --set data.sampling.perStratum=${Math.min(...strata.map(({length}) => length))} or less, and a smaller split.`,
        exitCode: 3,
      },
    );
  }
  const random = seededRandom(deriveSeed(seed, 'sampling'));
  return strata.flatMap(images => shuffled(images, random).slice(0, perStratum));
}

function requireEnough(have: number, want: number): void {
  if (want <= have) return;
  throw new UserError(`data.sampling.count: Expected at most ${have}; received ${want}.`, {
    exitCode: 3,
  });
}

function everyPosition(count: number): readonly number[] {
  return Array.from({length: count}, (_, position) => position);
}
