import {areTooManyLost} from '../experiment/limits.js';
import type {DataDefinition} from '../experiment/schema.js';
import {thousands} from '../util/format.js';
import type {Catalogue} from './catalogue.js';
import {sampleImages} from './sampling.js';
import {splitImages, type SplitPositions} from './split.js';
import {TooFewImages} from './too-few-images.js';

/**
 * Draws the images of an experiment among those that are there. With `data.onBadImage: skip`, few
 * absent ones may make a sample smaller: it is then drawn as if they were there.
 *
 * @param seed Sample and split follow from it.
 * @returns    Positions of the catalogue; with `skip` perhaps some whose image is not there.
 * @throws TooFewImages where what is there is not enough.
 */
export function drawImages(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
): SplitPositions {
  const {absent, files} = catalogue;
  try {
    return drawFrom(catalogue, presentPositions(catalogue), definition, seed);
  } catch (error) {
    if (!(error instanceof TooFewImages) || absent.length === 0) throw error;
    const drawn =
      definition.onBadImage === 'skip' ? drawAll(catalogue, definition, seed) : undefined;
    if (drawn !== undefined && isEnoughThere(absent, drawn)) return drawn;
    throw new TooFewImages(
      `${error.message} Of the ${thousands(files.length)} images that the labels name, ${thousands(absent.length)} are not there, such as ${files[absent[0] ?? 0]}.`,
      `${error.hint} Or bring the rest of the images.`,
    );
  }
}

/** Positions of the images that are there, ascending. */
export function presentPositions({files, absent}: Catalogue): readonly number[] {
  if (absent.length === 0) return [...files.keys()];
  const isAbsent = maskOf(absent, files.length);
  return [...files.keys()].filter(position => isAbsent[position] === 0);
}

function drawFrom(
  catalogue: Catalogue,
  candidates: readonly number[],
  definition: DataDefinition,
  seed: number,
): SplitPositions {
  const sampled = sampleImages(catalogue, definition, seed, candidates);
  return splitImages(catalogue, sampled, definition, seed);
}

/** undefined where not even all that the labels name would be enough. */
function drawAll(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
): SplitPositions | undefined {
  try {
    return drawFrom(catalogue, [...catalogue.files.keys()], definition, seed);
  } catch (error) {
    if (error instanceof TooFewImages) return undefined;
    throw error;
  }
}

function isEnoughThere(absent: Uint32Array, {train, validation}: SplitPositions): boolean {
  const isAbsent = new Set(absent);
  return [train, validation].every(part => {
    const lost = part.filter(position => isAbsent.has(position)).length;
    return !areTooManyLost(lost, part.length);
  });
}

/** 1 at each of the positions: [length]. */
function maskOf(positions: Uint32Array, length: number): Uint8Array {
  const mask = new Uint8Array(length);
  for (const position of positions) mask[position] = 1;
  return mask;
}
