import {isSignificantlyBetter, pairOf} from '../../compare/best.js';
import type {Comparison, PairTest} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import {duration, fraction, thousands} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {enumerated, enumeratedFew} from './numbers.js';
import {NAMED_HEADS, pairSentence} from './pair-sentence.js';

/** With more pairs, each head has a sentence instead of each pair. */
const PAIRS_IN_WORDS = 3;
const HEADS_IN_WORDS = 6;
const NAMES_IN_WORDS = 6;
const WARNINGS_IN_WORDS = 6;

/**
 * The verdict in a limited number of sentences, the most important first. Names and heads come from
 * files, so the caller must make them safe to print.
 */
export function verdictSentences(comparison: Comparison): string[] {
  const {groups, pairs} = comparison;
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  if (usable.length < 2) return [];
  if (pairs.length <= PAIRS_IN_WORDS) return pairs.map(pairSentence);
  const notCompared = notComparedSentences(pairs);
  if (pairs.every(({first}) => first === usable[0]?.name))
    return [againstFirst(usable, pairs), ...notCompared];
  if (pairs.every(pair => pair.notCompared !== undefined)) return notCompared;
  const more = comparison.heads.length - HEADS_IN_WORDS;
  return [
    ...comparison.heads.slice(0, HEADS_IN_WORDS).map(head => headSentence(head, usable, pairs)),
    ...(more > 0 ? [`The tables have ${more} more heads.`] : []),
    ...notCompared,
    ...choice(comparison, usable),
  ];
}

function notComparedSentences(pairs: readonly PairTest[]): string[] {
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
function headSentence(head: string, groups: readonly Group[], pairs: readonly PairTest[]): string {
  const score = (group: Group): number =>
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

/** Recommends the fastest of the designs that no other design significantly beats on any head. */
function choice({heads, pairs}: Comparison, groups: readonly Group[]): string[] {
  const unbeaten = groups.filter(({name}) =>
    groups.every(rival =>
      heads.every(head => !isSignificantlyBetter(rival.name, name, head, pairs)),
    ),
  );
  const [fastest, ...rest] = [...unbeaten].sort((a, b) => a.seconds - b.seconds);
  if (fastest === undefined) return [];
  if (rest.length === 0)
    return [`Only ${fastest.name} is not significantly worse than another design on any head.`];
  const highest = [...groups].sort((a, b) => b.accuracy - a.accuracy)[0];
  const percent = Math.round((100 * fastest.seconds) / (highest?.seconds ?? Number.NaN));
  const cost =
    highest === undefined || highest === fastest || !Number.isFinite(percent)
      ? ''
      : `, with ${percent} % of the time of ${highest.name}, which has the highest mean accuracy`;
  return [
    `Fastest to train of the designs that no other significantly beats on any head: ${fastest.name}${cost}.`,
  ];
}

function againstFirst(groups: readonly Group[], pairs: readonly PairTest[]): string {
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

/** Notes for below a table: images, intervals, tests, seeds and warnings. */
export function verdictNotes(comparison: Comparison): string[] {
  const {groups, pairs} = comparison;
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  const testSeeds = pairs.flatMap(({heads}) => heads.map(({bySeed}) => bySeed?.seeds ?? 1));
  const seeds = new Set([...usable.map(group => group.seeds.length), ...testSeeds]);
  const images = new Set(
    usable.flatMap(({heads, part}) =>
      Object.values(heads).map(head => `${thousands(head.images)} ${part}`),
    ),
  );
  return [
    ...groups.flatMap(unpooledNotes),
    ...dataWarnings(groups),
    ...(images.size === 0 ? [] : [intervalNote([...images], Math.max(...seeds) > 1)]),
    ...(usable.some(({part}) => part === 'validation') ? [CHOSEN_ON_VALIDATION] : []),
    ...foldNotes(usable),
    ...(comparison.tests > 0 ? ['Differences are in percentage points, first minus second.'] : []),
    ...correctionNotes(comparison),
    ...(testSeeds.includes(1)
      ? ['One seed per design: results may not hold for other seeds. Use --repeat 5.']
      : []),
    ...(seeds.has(2)
      ? [
          'Two seeds are too few to tell how much results vary between seeds, so their intervals are wide. Use --repeat 5.',
        ]
      : []),
  ];
}

/** Names the folds without which a seed is not compared. */
function unpooledNotes({name, folds, unpooled}: Group): string[] {
  return unpooled.map(({seed, missing, repeated}) => {
    const what =
      missing.length > 0
        ? `has no result for ${missing.length === 1 ? 'fold' : 'folds'} ${enumerated(missing.map(String))} of ${folds}`
        : `tested ${thousands(repeated)} images more than once, because its data changed between the folds`;
    return `Seed ${seed} of ${name} ${what}, so it is not compared. Run it again, or use --each for single folds.`;
  });
}

/** Says what the numbers of pooled folds are. */
function foldNotes(groups: readonly Group[]): string[] {
  return [...new Set(groups.flatMap(({folds}) => folds ?? []))].map(
    folds =>
      `${folds}-fold: each image is tested once, by the one of ${folds} trainings that did not see it. Intervals are over these images; that the trainings share images is not in them.`,
  );
}

/** What p is adjusted for. */
function correctionNotes({tests, pairs, untilDecided, areSearchesMixed}: Comparison): string[] {
  const mixed =
    'Seeds were added to some of these runs until a difference was decided (--until-decided), and p does not account for that. Compare the runs of one such search by themselves.';
  if (untilDecided === undefined)
    return [
      ...(tests > 1 ? [`p is adjusted for ${tests} tests (Holm); intervals are not.`] : []),
      ...(areSearchesMixed === true ? [mixed] : []),
    ];
  if (tests === 0) return [];
  const {firstLook, maxSeeds} = untilDecided;
  const looks =
    firstLook === maxSeeds
      ? `tested once, after ${maxSeeds} seeds`
      : `tested after ${firstLook} seeds and after each further one, up to ${maxSeeds}`;
  const several = tests > 1 ? ` and for ${tests} tests (Holm)` : '';
  return [
    `Decided sequentially: ${looks}. p is adjusted for the looks (alpha spending)${several}; intervals are not.`,
    'A head keeps the numbers of the seeds that decided it; accuracies are those of all seeds.',
    ...openNotes(pairs, maxSeeds),
  ];
}

/** Names what is not decided, and what to do. */
function openNotes(pairs: readonly PairTest[], maxSeeds: number): string[] {
  const open = pairs.flatMap(({heads}) =>
    heads.filter(({sequential}) => sequential?.outcome === 'open'),
  );
  if (open.length === 0) return [];
  const names = enumeratedFew([...new Set(open.map(({head}) => head))], NAMED_HEADS);
  const seeds = Math.max(...open.map(({bySeed}) => bySeed?.seeds ?? 1));
  return seeds < maxSeeds
    ? [`Not decided yet: ${names}. To add seeds: celeba-tui run --resume`]
    : [
        `Not decided with ${maxSeeds} seeds, the budget: ${names}. More runs (--max-runs) or a larger --difference decide more; start again, for the looks were planned for this budget.`,
      ];
}

/** What to know about numbers of runs without a test part. */
const CHOSEN_ON_VALIDATION =
  'The validation images also chose the epoch, so accuracies on them are a little too high. Set data.split.test for images that chose nothing.';

/** The first of the warnings that differ in numbers only, as those of folds and of new samples do. */
function withoutRepeats(warnings: readonly string[]): readonly string[] {
  const firsts = new Map<string, string>();
  for (const text of warnings) {
    const words = text.replaceAll(/[\d.,]+/g, '0');
    if (!firsts.has(words)) firsts.set(words, text);
  }
  return [...firsts.values()];
}

/** Each warning once, with its designs where not all designs have it. */
function dataWarnings(groups: readonly Group[]): string[] {
  const designs = new Map<string, string[]>();
  for (const {name, runs} of groups) {
    for (const text of withoutRepeats(runs.flatMap(({warnings}) => warnings)))
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
  const count = `n = ${images.join(' or ')} images`;
  return areSeedsSeveral
    ? `${count}; ± is the standard deviation over seeds, (…) the 95 % interval over seeds and images.`
    : `${count}; (…) is Wilson's 95 % interval.`;
}

/** The verdict's sentences; for a single row its result; nothing where no run has a result. */
export function headlines(comparison: Comparison): readonly string[] {
  const sentences = verdictSentences(comparison);
  if (sentences.length > 0) return sentences;
  const usable = comparison.groups.filter(({seeds}) => seeds.length > 0);
  return usable.flatMap(group => [resultSentence(group), ...noBetterThanMajority(group)]);
}

/** `quick: Male 0.875 (95 % interval 0.822 to 0.914); 200,004 parameters, trained in 18.9s.` */
function resultSentence(group: Group): string {
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
function noBetterThanMajority({heads}: Group): string[] {
  const open = Object.entries(heads).filter(([, {ciLow, baseline}]) => ciLow <= baseline);
  if (open.length === 0) return [];
  const names =
    open.length > NAMED_HEADS ? `${open.length} heads` : enumerated(open.map(([head]) => head));
  return [`Not significantly better than always predicting the majority class: ${names}.`];
}
