import {fraction, thousands} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {isSignificantlyBetter, pairOf} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import type {ComparedGroup} from '../../compare/groups.js';
import {meanAccuracy} from '../../compare/trade-off.js';
import {ALL_PAIRS_UP_TO, type PairVerdict} from '../../compare/verdict.js';
import {enumeratedFew} from './numbers.js';
import {pairSentence} from './pair-sentence.js';

/** With more pairs, each head gets a sentence instead of each pair. */
const PAIRS_IN_WORDS = 3;
const HEADS_IN_WORDS = 6;
const NAMES_IN_WORDS = 6;
const WARNINGS_IN_WORDS = 6;

/**
 * The verdict as sentences, the most important first. Their number is limited, whatever the number
 * of runs. Names and heads come from files: what prints them makes them safe.
 */
export function verdictSentences(comparison: Comparison): string[] {
  const {groups, verdict} = comparison;
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  if (usable.length < 2) return [];
  if (verdict.pairs.length <= PAIRS_IN_WORDS) return verdict.pairs.map(pairSentence);
  const notCompared = notComparedSentences(verdict.pairs);
  if (usable.length > ALL_PAIRS_UP_TO) return [againstFirst(usable, verdict.pairs), ...notCompared];
  if (verdict.pairs.every(pair => pair.notCompared !== undefined)) return notCompared;
  const more = comparison.heads.length - HEADS_IN_WORDS;
  return [
    ...comparison.heads
      .slice(0, HEADS_IN_WORDS)
      .map(head => headSentence(head, usable, verdict.pairs)),
    ...(more > 0 ? [`The tables have ${more} more heads.`] : []),
    ...notCompared,
    ...choice(comparison, usable),
  ];
}

function notComparedSentences(pairs: readonly PairVerdict[]): string[] {
  const sentences = pairs.flatMap(pair =>
    pair.notCompared === undefined ? [] : [pairSentence(pair)],
  );
  const more = sentences.length - PAIRS_IN_WORDS;
  return [
    ...sentences.slice(0, PAIRS_IN_WORDS),
    ...(more > 0 ? [`${more} more pairs are not compared.`] : []),
  ];
}

/** `Highest accuracy on Male: a (0.905); not significantly different: b; significantly worse: c.` */
function headSentence(
  head: string,
  groups: readonly ComparedGroup[],
  pairs: readonly PairVerdict[],
): string {
  const score = (group: ComparedGroup): number =>
    ownValue(group.heads, head)?.metrics.accuracy.mean ?? Number.NaN;
  const [highest, ...rest] = groups
    .filter(group => Number.isFinite(score(group)))
    .sort((a, b) => score(b) - score(a))
    .map(group => ({name: group.name, accuracy: score(group)}));
  if (highest === undefined) return `No result on ${head}.`;
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
    `Highest accuracy on ${head}: ${highest.name} (${fraction(highest.accuracy, 3)})`,
    ...(open.length === 0 ? [] : [`not significantly different: ${names(open)}`]),
    ...(worse.length === 0 ? [] : [`significantly worse: ${names(worse)}`]),
  ].join('; ')}.`;
}

/** The least time to train among the designs that no other significantly beats on any head. */
function choice({heads, verdict}: Comparison, groups: readonly ComparedGroup[]): string[] {
  const unbeaten = groups.filter(({name}) =>
    groups.every(rival =>
      heads.every(head => !isSignificantlyBetter(rival.name, name, head, verdict.pairs)),
    ),
  );
  const [fastest, ...rest] = [...unbeaten].sort((a, b) => a.seconds - b.seconds);
  if (fastest === undefined) return [];
  if (rest.length === 0)
    return [`Only ${fastest.name} is not significantly worse than another design on any head.`];
  const highest = [...groups].sort((a, b) => meanAccuracy(b) - meanAccuracy(a))[0];
  const percent = Math.round((100 * fastest.seconds) / (highest?.seconds ?? Number.NaN));
  const cost =
    highest === undefined || highest === fastest || !Number.isFinite(percent)
      ? ''
      : `, with ${percent} % of the time of ${highest.name}, which has the highest mean accuracy`;
  return [
    `Fastest to train of the designs that no other significantly beats on any head: ${fastest.name}${cost}.`,
  ];
}

function againstFirst(groups: readonly ComparedGroup[], pairs: readonly PairVerdict[]): string {
  const [first] = groups;
  const better = pairs.filter(({heads}) =>
    heads.some(({significant, difference}) => significant && difference < 0),
  );
  const names = enumeratedFew(
    better.map(({second}) => second),
    NAMES_IN_WORDS,
  );
  return (
    `${groups.length} designs are each compared with the first, ${first?.name ?? ''}: ` +
    (better.length === 0
      ? 'none is significantly better on any head.'
      : `significantly better on at least one head: ${names}.`)
  );
}

/** What the numbers rest on, for below a table. */
export function verdictNotes({groups, verdict}: Comparison): string[] {
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  const tested = verdict.pairs.flatMap(({heads}) => heads.map(({bySeed}) => bySeed?.seeds ?? 1));
  const seeds = new Set([...usable.map(group => group.seeds.length), ...tested]);
  const images = new Set(
    usable.flatMap(({heads}) => Object.values(heads).map(head => thousands(head.images))),
  );
  return [
    ...dataWarnings(groups),
    ...(images.size === 0 ? [] : [intervalNote([...images], Math.max(...seeds) > 1)]),
    ...(verdict.tests > 0 ? ['Differences are in percentage points, first minus second.'] : []),
    ...(verdict.tests > 1
      ? [`p is adjusted for ${verdict.tests} tests (Holm); intervals are not.`]
      : []),
    ...(tested.includes(1)
      ? ['One seed per design: results may not hold for other seeds. Use --repeat 5.']
      : []),
    ...(seeds.has(2)
      ? [
          'Two seeds are too few to tell how much results vary between seeds, so their intervals are wide. Use --repeat 5.',
        ]
      : []),
  ];
}

/** Each once; with the designs that it is about where it is not about all of them. */
function dataWarnings(groups: readonly ComparedGroup[]): string[] {
  const designs = new Map<string, string[]>();
  for (const {name, runs} of groups) {
    for (const text of new Set(runs.flatMap(({warnings}) => warnings)))
      designs.set(text, [...(designs.get(text) ?? []), name]);
  }
  const more = designs.size - WARNINGS_IN_WORDS;
  return [
    ...[...designs].slice(0, WARNINGS_IN_WORDS).map(([text, names]) => {
      const about =
        names.length === groups.length ? '' : ` (${enumeratedFew(names, NAMES_IN_WORDS)})`;
      return `Warning${about}: ${text}`;
    }),
    ...(more > 0 ? [`${more} more warnings about the data are in the runs' summary.txt.`] : []),
  ];
}

function intervalNote(images: readonly string[], areSeedsSeveral: boolean): string {
  const size = `n = ${images.join(' or ')} images`;
  return areSeedsSeveral
    ? `${size}; ± is the standard deviation over seeds, (…) the 95 % interval over seeds and images.`
    : `${size}; (…) is Wilson's 95 % interval.`;
}
