import {groupBy} from '../util/group-by.js';
import {parts} from '../experiment/parts.js';
import {thousands} from '../util/format.js';
import type {Catalogue} from './catalogue.js';
import {dataError} from './layouts/text-file.js';
import type {SplitPositions} from './sampling.js';

/**
 * The images of each person, in the order in which the people come first.
 *
 * @param positions  Of the catalogue.
 * @param identities The person in each image of the catalogue; undefined where the data has none.
 * @throws UserError where it is not known who an image shows.
 */
export function imagesByPerson(
  {source, files}: Pick<Catalogue, 'source' | 'files'>,
  positions: readonly number[],
  identities: Int32Array | undefined,
): number[][] {
  if (identities === undefined) {
    throw dataError(
      `data.split.groupBy: ${source} does not say who is in an image. Expected identity_CelebA.txt beside the labels, or a name before the number in every file name, such as Aaron_Eckhart_0001.jpg.`,
      'Add the file, with a file name and a number in each line, or leave groupBy out.',
    );
  }
  const personOf = (position: number): number => identities[position] ?? -1;
  const unknown = positions.filter(position => personOf(position) < 0);
  if (unknown.length === 0) return [...groupBy(positions, personOf).values()];
  throw dataError(
    `data.split.groupBy: ${thousands(unknown.length)} of the ${thousands(positions.length)} images of the sample have no identity in ${source}, such as ${files[unknown[0] ?? 0]}. Expected a line for each in identity_CelebA.txt.`,
    'Download the file again or add the lines, or leave groupBy out.',
  );
}

/** A choice of whole people; `rest` has the others. */
type ChosenPeople = {
  readonly images: readonly number[];
  readonly rest: readonly (readonly number[])[];
};

/**
 * Chooses people who together have exactly this many images, the first in the given order that do
 * (a subset sum by dynamic programming over the people). Where no people have that many, the largest
 * smaller number is filled up with images of one more person, whose other images are left out.
 *
 * @param people Their images, in random order.
 * @returns      Fewer images than `count` only where all people together have fewer.
 */
export function choosePeople(people: readonly (readonly number[])[], count: number): ChosenPeople {
  const taken = new Set(peopleWith(people, count));
  const images = people.filter((_, person) => taken.has(person)).flat();
  const rest = people.filter((_, person) => !taken.has(person));
  const gap = count - images.length;
  if (gap === 0 || rest.length === 0) return {images, rest};
  const smallest = rest.reduce((least, person) => (person.length < least.length ? person : least));
  return {
    images: [...images, ...smallest.slice(0, gap)],
    rest: rest.filter(person => person !== smallest),
  };
}

/** Indices of people who together have `count` images, or the largest possible number below it. */
function peopleWith(people: readonly (readonly number[])[], count: number): number[] {
  /** By sum, the last person added to reach it; people before them reach the rest. */
  const last = new Int32Array(count + 1).fill(-1);
  let highest = 0;
  let lowestMissing = 1;
  for (const [person, {length}] of people.entries()) {
    highest = Math.min(count, highest + length);
    for (let sum = highest; sum >= Math.max(length, lowestMissing); sum--) {
      if (last[sum] === -1 && (sum === length || last[sum - length] !== -1)) last[sum] = person;
    }
    if (last[count] !== -1) break;
    while (lowestMissing < count && last[lowestMissing] !== -1) lowestMissing += 1;
  }
  let sum = last.findLastIndex(person => person !== -1);
  const chosen: number[] = [];
  while (sum > 0) {
    const person = last[sum]!;
    chosen.push(person);
    sum -= people[person]!.length;
  }
  return chosen;
}

/** People who are in more than one part of a split, with all of their images in it. */
export function peopleInSeveralParts(
  identities: Int32Array,
  drawn: SplitPositions,
): {readonly people: number; readonly images: number} {
  /** By person: a bit for each part with images of them, above the number of the images. */
  const seen = new Map<number, {parts: number; images: number}>();
  for (const [index, part] of parts.entries()) {
    for (const position of drawn[part]) {
      const person = identities[position] ?? -1;
      if (person < 0) continue;
      const entry = seen.get(person);
      if (entry === undefined) seen.set(person, {parts: 1 << index, images: 1});
      else {
        entry.parts |= 1 << index;
        entry.images += 1;
      }
    }
  }
  let people = 0;
  let images = 0;
  for (const entry of seen.values()) {
    if ((entry.parts & (entry.parts - 1)) === 0) continue;
    people += 1;
    images += entry.images;
  }
  return {people, images};
}

/** A sentence where people are in several parts of a split; none where nobody is. */
export function overlapWarning(identities: Int32Array, drawn: SplitPositions): string[] {
  const {people, images} = peopleInSeveralParts(identities, drawn);
  if (people === 0) return [];
  const total = parts.reduce((sum, part) => sum + drawn[part].length, 0);
  return [
    `${thousands(people)} ${people === 1 ? 'person is' : 'people are'} in more than one part of the split, with ${thousands(images)} of its ${thousands(total)} images: accuracies on new people may be lower. To keep each person in one part: data.split.groupBy: identity.`,
  ];
}
