import {faceToSvgString, generate} from 'facesjs';
import type {Random} from '../../util/random.js';

type Gender = 'male' | 'female';
type FaceConfig = ReturnType<typeof generate>;

/** What the drawing decides, and so nothing that would have to be guessed. */
export const sampleAttributes = [
  'Bald',
  'Black_Hair',
  'Blond_Hair',
  'Eyeglasses',
  'Goatee',
  'Male',
  'Mustache',
  'No_Beard',
  'Smiling',
  'Wearing_Hat',
] as const;
type SampleAttribute = (typeof sampleAttributes)[number];

type DrawnFace = {
  /** Everything inside the `<svg>` of a 400 x 600 drawing. */
  readonly svg: string;
  readonly labels: Readonly<Record<SampleAttribute, boolean>>;
};

const smiles = ['smile', 'smile2', 'smile3', 'smile4', 'smile-closed'];
const otherMouths = [
  'angry',
  'closed',
  'mouth',
  'mouth2',
  'mouth3',
  'mouth4',
  'mouth5',
  'mouth6',
  'mouth7',
  'mouth8',
  'side',
  'straight',
];
const glasses = [
  'glasses1-primary',
  'glasses1-secondary',
  'glasses2-black',
  'glasses2-primary',
  'glasses2-secondary',
];
const hats = ['hat', 'hat2', 'hat3', 'santa-hat'];
const goatees = ['goatee1', 'goatee2', 'goatee3', 'goatee-thin'];
const mustaches = ['mustache1', 'mustache-thin'];
const goateesWithMustache = ['goatee1-stache', 'goatee4-stache'];
const blackHair = ['#272421', '#0f0902', '#1c1008'];
const blondHair = ['#e9c67b', '#D7BF91'];

/**
 * Draws one face. Gender and smile are given, so that the strata come out even; the rest is drawn
 * by lot.
 */
export function drawFace(gender: Gender, smiling: boolean, random: Random): DrawnFace {
  const choose = (names: readonly string[]): string =>
    names[Math.floor(random() * names.length)] ?? '';
  const facialHair =
    gender === 'male' && random() < 0.4
      ? choose([...goatees, ...mustaches, ...goateesWithMustache])
      : 'none';
  const hat = random() < 0.1;
  const overrides = {
    mouth: {id: choose(smiling ? smiles : otherMouths)},
    glasses: {id: random() < 0.15 ? choose(glasses) : 'none'},
    accessories: {id: hat ? choose(hats) : 'none'},
    facialHair: {id: facialHair},
  };
  const face = withRandom(random, () => generate(overrides, {gender}));
  if (face.hair.id === 'bald') face.hairBg.id = 'none';
  if (hat && face.hair.id === 'bald') face.hair.id = 'short';
  return {svg: inner(faceToSvgString(face)), labels: labelsOf(face, gender)};
}

function labelsOf(face: FaceConfig, gender: Gender): DrawnFace['labels'] {
  const bald = face.hair.id === 'bald';
  const hair = face.hair.color;
  const goatee = [...goatees, ...goateesWithMustache].includes(face.facialHair.id);
  return {
    Bald: bald,
    Black_Hair: !bald && blackHair.includes(hair),
    Blond_Hair: !bald && blondHair.includes(hair),
    Eyeglasses: face.glasses.id !== 'none',
    Goatee: goatee,
    Male: gender === 'male',
    Mustache: [...mustaches, ...goateesWithMustache].includes(face.facialHair.id),
    No_Beard: face.facialHair.id === 'none' || mustaches.includes(face.facialHair.id),
    Smiling: smiles.includes(face.mouth.id),
    Wearing_Hat: hats.includes(face.accessories.id),
  };
}

/**
 * facesjs draws lots with Math.random alone: for the length of one call it is ours, so that a seed
 * repeats the face.
 */
function withRandom<T>(random: Random, draw: () => T): T {
  const original = Math.random;
  Math.random = random;
  try {
    return draw();
  } finally {
    Math.random = original;
  }
}

function inner(svg: string): string {
  return svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'));
}
