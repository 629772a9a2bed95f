import {verdictSentences} from './verdict-text.js';
import {duration, fraction, thousands} from '../../util/format.js';
import type {Comparison} from '../../compare/comparison.js';
import type {ComparedGroup} from '../../compare/groups.js';
import {enumerated} from './numbers.js';

const NAMED_HEADS = 4;

/** The verdict's sentences; for a single row what it reached; nothing where no run has a result. */
export function headlines(comparison: Comparison): readonly string[] {
  const sentences = verdictSentences(comparison);
  if (sentences.length > 0) return sentences;
  const usable = comparison.groups.filter(({seeds}) => seeds.length > 0);
  return usable.flatMap(group => [resultSentence(group), ...noBetterThanMajority(group)]);
}

/** `quick: Male 0.875 (95 % interval 0.822 to 0.914); 200,004 parameters, trained in 18.9s.` */
function resultSentence(group: ComparedGroup): string {
  const heads = Object.entries(group.heads);
  const named = heads
    .slice(0, NAMED_HEADS)
    .map(
      ([head, {metrics, ciLow, ciHigh}]) =>
        `${head} ${fraction(metrics.accuracy.mean, 3)} (95 % interval ${fraction(ciLow, 3)} to ${fraction(ciHigh, 3)})`,
    );
  const more = heads.length - named.length;
  const seeds = group.seeds.length > 1 ? ` over ${group.seeds.length} seeds` : '';
  const all = more === 0 ? named : [...named, `${more} more heads`];
  return (
    `${group.name}${seeds}: ${enumerated(all)}; ` +
    `${thousands(group.parameters)} parameters, trained in ${duration(group.seconds)}.`
  );
}

/** Heads whose interval contains the accuracy of the majority class. */
function noBetterThanMajority({heads}: ComparedGroup): string[] {
  const open = Object.entries(heads).filter(([, {ciLow, baseline}]) => ciLow <= baseline);
  if (open.length === 0) return [];
  const names =
    open.length > NAMED_HEADS ? `${open.length} heads` : enumerated(open.map(([head]) => head));
  return [`Not significantly better than always predicting the majority class: ${names}.`];
}
