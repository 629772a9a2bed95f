import type {Comparison} from '../../compare/comparison.js';
import type {GroupingVerdict} from '../../compare/grouping/grouping.js';
import {enumerated} from './numbers.js';
import {pairSentence} from './pair-sentence.js';

/** Whether the proposed groups help, against what they were tested, on which heads, and who chose them. */
export function groupingSentences(comparison: Comparison, grouping: GroupingVerdict): string[] {
  const {pairs, untilDecided} = comparison;
  const {heads} = grouping;
  return [
    groupingSentence(grouping),
    ...pairs.map(pair => pairSentence(pair, comparison)),
    ...(heads === undefined
      ? []
      : [
          `Head by head${untilDecided === undefined ? '' : ' (not adjusted for the looks)'}: ${pairSentence(heads, {...comparison, metric: 'accuracy'})}`,
        ]),
    trainingsSentence(grouping),
  ];
}

export function groupingSentence({helps, groups, rivals, unbeaten, open}: GroupingVerdict): string {
  const rule = `Grouping helps only if the proposed groups are significantly better in mean accuracy than ${enumerated(rivals)}`;
  if (helps) return `Grouping helps: ${groups}. ${rule}, and they are.`;
  if (unbeaten.length > 0 && open.length === unbeaten.length)
    return `Not decided whether grouping helps: ${groups} was proposed. ${rule}; not decided against ${enumerated(open)}.`;
  const missing =
    unbeaten.length === 0 ? 'there is no control' : `not than ${enumerated(unbeaten)}`;
  return `No grouping helps: ${groups} was proposed. ${rule}; ${missing}.`;
}

function trainingsSentence({trainings, affinities}: GroupingVerdict): string {
  if (trainings === undefined)
    return `The groups were chosen from ${affinities === undefined ? 'a file of affinities' : `the affinities in ${affinities}`}, which does not say how many trainings measured them.`;
  const names = affinities === undefined ? '' : ` (${affinities})`;
  return `The groups were chosen by ${trainings === 1 ? 'one training' : `${trainings} trainings`}${names}, which measured the affinities; none of the compared runs was used to choose.`;
}
