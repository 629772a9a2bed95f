import {areTooManyLost} from '../experiment/limits.js';
import type {DataDefinition} from '../experiment/schema.js';
import {thousands} from '../util/format.js';
import {messageOf} from '../util/user-error.js';
import type {Catalogue} from './catalogue.js';
import {overlapWarning} from './people.js';
import {presentPositions, sampleImages, type SplitPositions, TooFewImages} from './sampling.js';
import {splitImages} from './split.js';

/** The images of an experiment, and what to know about the people in them. */
type DrawnImages = {
  readonly drawn: SplitPositions;
  readonly warnings: readonly string[];
};

/**
 * Draws the images of an experiment, as `drawImages`; with the people that the data identifies.
 *
 * @throws UserError as `drawImages`, and where `data.split.groupBy` needs a file of identities that
 *   is damaged. Without `groupBy` such a file is a warning: it decides nothing.
 */
export async function drawWithPeople(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
): Promise<DrawnImages> {
  const {split} = definition;
  const isGrouped = !('by' in split) && split.groupBy !== undefined;
  if (isGrouped) {
    const identities = await catalogue.readIdentities();
    return {drawn: drawImages(catalogue, definition, seed, identities), warnings: []};
  }
  const drawn = drawImages(catalogue, definition, seed);
  try {
    const identities = await catalogue.readIdentities();
    return {drawn, warnings: identities === undefined ? [] : overlapWarning(identities, drawn)};
  } catch (error) {
    const warning = `${messageOf(error)} Whether a person is in two parts of the split was not checked.`;
    return {drawn, warnings: [warning]};
  }
}

/**
 * Draws the images of an experiment among those that are there. With `data.onBadImage: skip`, few
 * absent ones may make a sample smaller: it is then drawn as if they were there.
 *
 * @param seed       Sample and split follow from it.
 * @param identities The person in each image of the catalogue; `data.split.groupBy` needs it.
 * @returns          Positions of the catalogue; with `skip` perhaps some whose image is not there.
 * @throws TooFewImages where what is there is not enough.
 * @throws UserError where people are to stay in one part, and an image does not say who it shows.
 */
export function drawImages(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
  identities?: Int32Array,
): SplitPositions {
  const {absent, files} = catalogue;
  const draw = (candidates: readonly number[]): SplitPositions => {
    const sampled = sampleImages(catalogue, definition, seed, candidates);
    return splitImages(catalogue, sampled, definition, seed, identities);
  };
  try {
    return draw(presentPositions(catalogue));
  } catch (error) {
    if (!(error instanceof TooFewImages) || absent.length === 0) throw error;
    const drawn = definition.onBadImage === 'skip' ? drawnOfAll(catalogue, draw) : undefined;
    if (drawn !== undefined) return drawn;
    throw new TooFewImages(
      `${error.message} Of the ${thousands(files.length)} images that the labels name, ${thousands(absent.length)} are missing, such as ${files[absent[0] ?? 0]}.`,
      `${error.hint} Or add the missing images.`,
    );
  }
}

/** undefined where not even all that the labels name are enough, or too many of them are absent. */
function drawnOfAll(
  {files, absent}: Catalogue,
  draw: (candidates: readonly number[]) => SplitPositions,
): SplitPositions | undefined {
  const isAbsent = new Set(absent);
  try {
    const drawn = draw([...files.keys()]);
    const isEnough = Object.values(drawn).every(
      part => !areTooManyLost(part.filter(position => isAbsent.has(position)).length, part.length),
    );
    return isEnough ? drawn : undefined;
  } catch (error) {
    if (error instanceof TooFewImages) return undefined;
    throw error;
  }
}
