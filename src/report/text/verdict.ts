import {ALL_HEADS, isHeadMetric, metricFacts} from '../../experiment/metrics.js';
import {isSignificantlyBetter, pairOf} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import {metricOverHeads} from '../../compare/metric-of-group.js';
import type {Group} from '../../compare/groups.js';
import type {PairTest} from '../../compare/test-results.js';
import {duration, thousands} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {groupingSentences} from './grouping-sentences.js';
import {differenceText, enumerated, enumeratedFew, metricText, unitOf} from './numbers.js';
import {bestCommand, searchSentences} from './search-verdict.js';
import {inMetric, metricTitle, NAMED_HEADS, pairSentence} from './pair-sentence.js';

/** With more pairs, each head has a sentence instead of each pair. */
const PAIRS_IN_WORDS = 3;
const HEADS_IN_WORDS = 6;
const NAMES_IN_WORDS = 6;

/**
 * The verdict in a limited number of sentences, the most important first. Names and heads come from
 * files, so the caller must make them safe to print.
 */
export function verdictSentences(comparison: Comparison): string[] {
  const {groups, pairs, search, grouping} = comparison;
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  if (usable.length < 2) return [];
  if (grouping !== undefined) return groupingSentences(comparison, grouping);
  if (search !== undefined)
    return [
      ...searchSentences(comparison, search),
      ...noBetterThanMajority(groups.find(({name}) => name === search.chosen)),
      ...effectSentences(comparison),
      ...notComparedSentences(comparison),
      `To train it alone, with the other settings of the file: ${bestCommand(search)}`,
    ];
  if (pairs.length <= PAIRS_IN_WORDS) return pairs.map(pair => pairSentence(pair, comparison));
  const notCompared = notComparedSentences(comparison);
  if (comparison.onlyWithFirst === true)
    return [againstFirst(comparison), ...effectSentences(comparison), ...notCompared];
  if (comparison.comparedWith !== undefined)
    return [
      againstBest(usable, comparison.comparedWith, comparison),
      ...effectSentences(comparison),
      ...notCompared,
    ];
  if (pairs.every(pair => pair.notCompared !== undefined)) return notCompared;
  const heads = isHeadMetric(comparison.metric) ? comparison.heads : [ALL_HEADS];
  const more = heads.length - HEADS_IN_WORDS;
  return [
    ...heads.slice(0, HEADS_IN_WORDS).map(head => headSentence(head, usable, comparison)),
    ...(more > 0 ? [`The tables have ${more} more heads.`] : []),
    ...notCompared,
    // Designs that no test compares have no order.
    ...(notCompared.length === 0 ? choice(comparison, usable) : []),
    ...effectSentences(comparison),
  ];
}

function notComparedSentences(comparison: Comparison): string[] {
  const sentences = comparison.pairs.flatMap(pair =>
    pair.notCompared === undefined ? [] : [pairSentence(pair, comparison)],
  );
  const more = sentences.length - PAIRS_IN_WORDS;
  return [
    ...sentences.slice(0, PAIRS_IN_WORDS),
    ...(more > 0 ? [`${more} more pairs are not compared.`] : []),
  ];
}

/**
 * `Highest accuracy on Male: a (0.905); not significantly different: b; significantly worse: c.`
 *
 * @param head `ALL_HEADS` for a metric over heads.
 */
function headSentence(head: string, groups: readonly Group[], comparison: Comparison): string {
  const {metric, pairs} = comparison;
  const {higherIsBetter} = metricFacts(metric);
  const score = (group: Group): number => metricOfGroup(group, head, comparison);
  const [highest, ...rest] = groups
    .filter(group => Number.isFinite(score(group)))
    .sort((a, b) => (higherIsBetter ? score(b) - score(a) : score(a) - score(b)))
    .map(group => ({name: group.name, value: score(group)}));
  const place = head === ALL_HEADS ? '' : ` on ${head}`;
  if (highest === undefined) return `No result${place}.`;
  const compared = rest.filter(
    ({name}) => pairOf(name, highest.name, pairs)?.notCompared === undefined,
  );
  const isWorse = ({name}: {readonly name: string}): boolean =>
    isSignificantlyBetter(highest.name, name, head, pairs);
  const names = (list: typeof compared): string =>
    enumeratedFew(
      list.map(({name}) => name),
      NAMES_IN_WORDS,
    );
  const worse = compared.filter(isWorse);
  const open = compared.filter(group => !isWorse(group));
  return `${[
    `${higherIsBetter ? 'Highest' : 'Lowest'} ${metricTitle(comparison)}${place}: ${highest.name} (${metricText(highest.value, metric)})`,
    ...(open.length === 0 ? [] : [`not significantly different: ${names(open)}`]),
    ...(worse.length === 0 ? [] : [`significantly worse: ${names(worse)}`]),
  ].join('; ')}.`;
}

/** The compared metric of a group. @param head `ALL_HEADS` for a metric over heads. */
function metricOfGroup(group: Group, head: string, {metric}: Comparison): number {
  if (!isHeadMetric(metric)) return group.overall[metric].mean;
  return ownValue(group.heads, head)?.metrics[metric].mean ?? Number.NaN;
}

/** Recommends the fastest of the designs that no other design significantly beats on any head. */
function choice(comparison: Comparison, groups: readonly Group[]): string[] {
  const {metric, pairs} = comparison;
  const heads = isHeadMetric(metric) ? comparison.heads : [ALL_HEADS];
  const place = `${inMetric(comparison)}${isHeadMetric(metric) ? ' on any head' : ''}`;
  const unbeaten = groups.filter(({name}) =>
    groups.every(rival =>
      heads.every(head => !isSignificantlyBetter(rival.name, name, head, pairs)),
    ),
  );
  const [fastest, ...rest] = [...unbeaten].sort((a, b) => a.seconds - b.seconds);
  if (fastest === undefined) return [];
  if (rest.length === 0)
    return [`Only ${fastest.name} is not significantly worse than another design${place}.`];
  const highest = [...groups].sort(
    (a, b) => b.overall.meanAccuracy.mean - a.overall.meanAccuracy.mean,
  )[0];
  const percent = Math.round((100 * fastest.seconds) / (highest?.seconds ?? Number.NaN));
  const cost =
    highest === undefined || highest === fastest || !Number.isFinite(percent)
      ? ''
      : `, with ${percent} % of the time of ${highest.name}, which has the highest mean accuracy`;
  return [
    `Fastest to train of the designs that no other significantly beats${place}: ${fastest.name}${cost}.`,
  ];
}

/**
 * `Against a, in accuracy: significantly better: b (Male by 3.1 points); significantly worse: c (Male by 2.0
 * points); no significant difference: d.`
 */
function againstFirst(comparison: Comparison): string {
  const {metric, pairs} = comparison;
  const compared = pairs.filter(pair => pair.notCompared === undefined);
  const named = (sign: 'first' | 'second'): string[] =>
    compared.flatMap(({second, heads}) => {
      const differences = heads
        .filter(({better}) => better === sign)
        .map(({head, difference}) => {
          const points = `by ${differenceText(metric, Math.abs(difference))} ${unitOf(metric)}`;
          return head === ALL_HEADS ? points : `${head} ${points}`;
        });
      if (differences.length === 0) return [];
      return [`${second} (${enumeratedFew(differences, NAMED_HEADS)})`];
    });
  const equal = compared
    .filter(({heads}) => heads.every(({significant}) => !significant))
    .map(({second}) => second);
  const parts = [
    {title: 'significantly better', names: named('second')},
    {title: 'significantly worse', names: named('first')},
    {title: 'no significant difference', names: equal},
  ];
  const texts = parts
    .filter(({names}) => names.length > 0)
    .map(({title, names}) => `${title}: ${enumeratedFew(names, NAMES_IN_WORDS)}`);
  return `Against ${pairs[0]?.first ?? ''}, in ${metricTitle(comparison)}: ${texts.join('; ')}.`;
}

/** `Highest accuracy of 45 designs, over the heads: a (0.905); not significantly worse on any head: b.` */
function againstBest(groups: readonly Group[], name: string, comparison: Comparison): string {
  const {metric, pairs} = comparison;
  const isOfHeads = isHeadMetric(metric) && comparison.heads.length > 1;
  const best = groups.find(group => group.name === name);
  const value = best === undefined ? Number.NaN : metricOverHeads(best, metric);
  const compared = pairs.filter(pair => pair.notCompared === undefined);
  const worse = compared.filter(({heads}) => heads.some(({better}) => better === 'first'));
  const open = compared.filter(pair => !worse.includes(pair));
  const named = (list: readonly PairTest[]): string =>
    enumeratedFew(
      list.map(({second}) => second),
      NAMES_IN_WORDS,
    );
  return `${[
    `${metricFacts(metric).higherIsBetter ? 'Highest' : 'Lowest'} ${metricTitle(comparison)} of ${groups.length} designs${isOfHeads ? ', mean over the heads' : ''}: ${name} (${metricText(value, metric)})`,
    ...(open.length === 0
      ? []
      : [`not significantly different${isOfHeads ? ' on any head' : ''}: ${named(open)}`]),
    ...(worse.length === 0
      ? []
      : [`significantly worse${isOfHeads ? ' on at least one head' : ''}: ${named(worse)}`]),
  ].join('; ')}.`;
}

/** `image.scale changes the accuracy significantly (Male: 2 is better than 4 by 1.9 points).` */
function effectSentences(comparison: Comparison): string[] {
  const {effects, metric} = comparison;
  if (effects.length === 0) return [];
  const named = effects.flatMap(({key, values, best}) => {
    const changes = values.flatMap(({value, tests}) =>
      Object.entries(tests).flatMap(([head, {difference, significant}]) =>
        significant ? [{head, value, difference: Math.abs(difference)}] : [],
      ),
    );
    const [largest] = changes.toSorted((a, b) => b.difference - a.difference);
    if (largest === undefined) return [];
    const {head, value, difference} = largest;
    return [
      `${key} (${head}: ${best[head]} is better than ${value} by ${differenceText(metric, difference)} ${unitOf(metric)})`,
    ];
  });
  const title = metricTitle(comparison);
  return [
    named.length === 0
      ? `Averaged over the other keys, no key changes the ${title} significantly.`
      : `Averaged over the other keys, the ${title} significantly depends on ${enumerated(named)}.`,
  ];
}

/** The verdict's sentences; for a single row its result; nothing where no run has a result. */
export function headlines(comparison: Comparison): readonly string[] {
  const sentences = verdictSentences(comparison);
  if (sentences.length > 0) return sentences;
  const usable = comparison.groups.filter(({seeds}) => seeds.length > 0);
  return usable.flatMap(group => [
    resultSentence(group, comparison),
    ...noBetterThanMajority(group),
  ]);
}

/** `quick: Male 0.875 (95 % interval 0.822 to 0.914); 200,004 parameters, trained in 18.9s.` */
function resultSentence(group: Group, comparison: Comparison): string {
  const {metric} = comparison;
  const heads = isHeadMetric(metric)
    ? Object.entries(group.heads).map(([head, {metrics}]) => [head, metrics[metric]] as const)
    : [[metricTitle(comparison), group.overall[metric]] as const];
  const named = heads
    .slice(0, NAMED_HEADS)
    .map(
      ([head, {mean, ciLow, ciHigh}]) =>
        `${head} ${metricText(mean, metric)} (95 % interval ${metricText(ciLow, metric)} to ${metricText(ciHigh, metric)})`,
    );
  const more = heads.length - named.length;
  const seeds = group.seeds.length > 1 ? ` over ${group.seeds.length} seeds` : '';
  const all = more === 0 ? named : [...named, `${more} more heads`];
  const title =
    metric === 'accuracy' || !isHeadMetric(metric) ? '' : `${metricTitle(comparison)} of `;
  return (
    `${group.name}${seeds}: ${title}${enumerated(all)}; ` +
    `${thousands(group.parameters)} parameters, trained in ${duration(group.seconds)}.`
  );
}

/** Heads whose interval contains the accuracy of the majority class. */
function noBetterThanMajority(group: Group | undefined): string[] {
  const open = Object.entries(group?.heads ?? {}).filter(
    ([, {metrics, baseline}]) => metrics.accuracy.ciLow <= baseline,
  );
  if (open.length === 0) return [];
  const names =
    open.length > NAMED_HEADS ? `${open.length} heads` : enumerated(open.map(([head]) => head));
  return [`Not significantly better than always predicting the majority class: ${names}.`];
}
