import {deriveSeed, seededRandom} from '../../util/random.js';
import type {SceneFactors} from './compose-scene.js';

/**
 * Attributes of which it is known which share a factor of the image, for methods that look for that. Those
 * of one factor differ only in their errors: each says whether light falls from the left, whether the face
 * is turned clockwise, or whether it is right of the middle.
 */
const attributesOf: Readonly<Record<keyof SceneFactors, readonly string[]>> = {
  light: numbered('Light', 9),
  tilt: numbered('Tilt', 3),
  place: numbered('Place', 3),
};
export const factorAttributes: readonly string[] = Object.values(attributesOf).flat();

/** Fraction of the images where all attributes of a factor are wrong: what no image shows, they share. */
const SHARED_ERRORS = 0.1;
/** Fraction of the images where an attribute is wrong by itself. */
const ERRORS = 0.15;

/** The labels of an image, by attribute. @param seed Decides the errors of this image. */
export function factorLabels(factors: SceneFactors, seed: number): Record<string, boolean> {
  const isWrong = (name: string, rate: number): boolean =>
    seededRandom(deriveSeed(seed, `error/${name}`))() < rate;
  return Object.fromEntries(
    Object.entries(attributesOf).flatMap(([factor, names]) => {
      const value = factors[factor as keyof SceneFactors] !== isWrong(factor, SHARED_ERRORS);
      return names.map(name => [name, value !== isWrong(name, ERRORS)]);
    }),
  );
}

function numbered(name: string, count: number): string[] {
  return Array.from({length: count}, (_, index) => `${name}_${index + 1}`);
}
