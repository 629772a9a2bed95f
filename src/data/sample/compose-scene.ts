import {type Random, deriveSeed, seededRandom} from '../../util/random.js';

/** CelebA's aligned images. */
const WIDTH = 178;
const HEIGHT = 218;

/** How a scene is photographed, besides what is in it. */
type Camera = {
  /** Standard deviation of the noise, in steps of 0 to 255. */
  readonly noise: number;
  /** Standard deviation of the blur in pixels; under 0.3 there is none. */
  readonly blur: number;
};

/** What is so in about every second scene, whatever the face. */
type SceneFactors = {
  /** Light falls from the left. */
  readonly light: boolean;
  /** The face is turned clockwise. */
  readonly tilt: boolean;
  /** The face is right of the middle. */
  readonly place: boolean;
};

/**
 * Puts a drawn face before a background, turned and moved a little, in uneven light: a task that a
 * small network can learn, and not at once.
 */
export function composeScene(
  face: string,
  random: Random,
): {readonly svg: string; readonly camera: Camera; readonly factors: SceneFactors} {
  const between = (low: number, high: number): number => low + random() * (high - low);
  const scale = between(0.42, 0.54);
  const right = between(-8, 8);
  const down = between(-12, 4);
  const angle = between(-9, 9);
  const place = [
    `translate(${(WIDTH / 2 + right).toFixed(1)} ${(HEIGHT / 2 + down).toFixed(1)})`,
    `rotate(${angle.toFixed(1)})`,
    `scale(${scale.toFixed(3)} ${(scale * between(0.92, 1.08)).toFixed(3)})`,
    'translate(-200 -310)',
  ].join(' ');
  const scenery = background(random, between);
  const isLitFromLeft = random() < 0.5;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    scenery,
    `<g transform="${place}">${face}</g>`,
    light(isLitFromLeft, between),
    '</svg>',
  ].join('');
  const factors = {light: isLitFromLeft, tilt: angle > 0, place: right > 0};
  return {svg, camera: {noise: between(2, 15), blur: between(0, 0.9)}, factors};
}

type Between = (low: number, high: number) => number;

function background(random: Random, between: Between): string {
  const shapes = Array.from({length: 2 + Math.floor(random() * 5)}, () => {
    const colour = anyColour(between);
    const x = between(-30, WIDTH).toFixed(0);
    const y = between(-30, HEIGHT).toFixed(0);
    return random() < 0.5
      ? `<rect x="${x}" y="${y}" width="${between(20, 140).toFixed(0)}" height="${between(20, 140).toFixed(0)}" fill="${colour}"/>`
      : `<ellipse cx="${x}" cy="${y}" rx="${between(10, 80).toFixed(0)}" ry="${between(10, 80).toFixed(0)}" fill="${colour}"/>`;
  });
  return (
    `<defs><linearGradient id="b" x1="0" y1="0" x2="${between(0, 1).toFixed(2)}" y2="1">` +
    `<stop offset="0" stop-color="${anyColour(between)}"/><stop offset="1" stop-color="${anyColour(between)}"/></linearGradient></defs>` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#b)"/>${shapes.join('')}`
  );
}

/** Light falls from one side; the other is in the dark. */
function light(isFromLeft: boolean, between: Between): string {
  const [x1, x2] = isFromLeft ? [0, 1] : [1, 0];
  return (
    `<defs><linearGradient id="l" x1="${x1}" y1="${between(0, 1).toFixed(2)}" x2="${x2}" y2="${between(0, 1).toFixed(2)}">` +
    `<stop offset="0" stop-color="#fff" stop-opacity="${between(0, 0.35).toFixed(2)}"/>` +
    `<stop offset="1" stop-color="#000" stop-opacity="${between(0, 0.55).toFixed(2)}"/></linearGradient></defs>` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#l)"/>`
  );
}

function anyColour(between: Between): string {
  return `hsl(${between(0, 360).toFixed(0)},${between(5, 60).toFixed(0)}%,${between(15, 85).toFixed(0)}%)`;
}

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
