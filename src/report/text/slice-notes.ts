import type {Comparison} from '../../compare/comparison.js';
import {FEWEST_IMAGES} from '../../experiment/slices.js';
import {thousands} from '../../util/format.js';
import {enumeratedFew} from './numbers.js';

const NAMES_IN_WORDS = 6;

/** What to know about slices: how their numbers come about, which are too small, and who has none. */
export function sliceNotes({slices, groups}: Comparison): string[] {
  if (slices.length === 0) return [];
  const parts = new Set(groups.flatMap(({part}) => part ?? []));
  const small = new Map<string, number>();
  for (const {name, images} of slices.flatMap(({heads}) => heads.flatMap(head => head.slices)))
    if (images < FEWEST_IMAGES) small.set(name, Math.min(images, small.get(name) ?? images));
  const sizes = [...small].map(([name, images]) => `${name} (${thousands(images)})`);
  const sliced = new Set(slices.map(({group}) => group));
  const without = groups.flatMap(({name, seeds}) =>
    seeds.length === 0 || sliced.has(name) ? [] : [name],
  );
  return [
    'The interval of a worst slice allows for the choice of the smallest of several accuracies; TPR and FPR gaps are the largest minus the smallest rate of the slices (equalized odds).',
    ...(small.size === 0
      ? []
      : [
          `Warning: ! marks slices with fewer than ${FEWEST_IMAGES} ${[...parts].join(' or ')} images: ${enumeratedFew(sizes, NAMES_IN_WORDS)}. They are neither a worst slice nor part of a gap. Evaluate on more images (data.split), or on slices by fewer attributes.`,
        ]),
    ...(without.length === 0
      ? []
      : [
          `No slices: ${enumeratedFew(without, NAMES_IN_WORDS)}. Run again with evaluation.slices.`,
        ]),
  ];
}
