import type {Catalogue} from './catalogue.js';

/** The 40 attributes of CelebA, in the order of its label file. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  `5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair
  Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup
  High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose
  Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat
  Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young`.split(/\s+/),
);

/** Own data may well have some of these names; nobody makes up most of them again. */
const MOST = 30;

/**
 * Whether a data set is CelebA or a part of it, whose licence people have to be told of: it has most
 * of CelebA's attributes, or it is laid out as courses hand out a part of it, with just `gender` and
 * `smiling`. The names of files say nothing: people lay out their own data like CelebA.
 */
export function isCelebA({attributes, layout}: Pick<Catalogue, 'attributes' | 'layout'>): boolean {
  const ofCelebA = attributes.filter(name => ATTRIBUTES.has(name));
  if (ofCelebA.length >= MOST) return true;
  return layout.startsWith('course') && attributes.join() === 'Male,Smiling';
}
