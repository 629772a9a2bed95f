import {groupBy} from '../../util/group-by.js';
import {headMetrics, metricFacts} from '../../experiment/metrics.js';
import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import type {PairTest} from '../../compare/test-results.js';
import {thousands, withoutRepeats} from '../../util/format.js';
import {enumerated, enumeratedFew} from './numbers.js';
import {NAMED_HEADS} from './pair-sentence.js';

const NAMES_IN_WORDS = 6;
const WARNINGS_IN_WORDS = 6;
const UNDEFINED_IN_WORDS = 4;

/** Notes for below a table: images, intervals, tests, seeds and warnings. */
export function verdictNotes(comparison: Comparison): string[] {
  const {groups, pairs} = comparison;
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  const testSeeds = pairs.flatMap(({heads}) => heads.map(({bySeed}) => bySeed?.seeds ?? 1));
  const seeds = new Set([...usable.map(group => group.seeds.length), ...testSeeds]);
  const images = new Set(usable.flatMap(imageCounts));
  return [
    ...groups.flatMap(unpooledNotes),
    ...unpairedNotes(comparison),
    ...dataWarnings(groups),
    ...(images.size === 0 ? [] : [intervalNote([...images], Math.max(...seeds) > 1, comparison)]),
    ...metricNotes(comparison),
    ...(usable.some(({part}) => part === 'validation') ? [CHOSEN_ON_VALIDATION] : []),
    ...foldNotes(usable),
    ...(comparison.tests > 0 ? [differenceNote(comparison)] : []),
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

/** `200 test`; `180 to 200 test` where some heads have fewer labels. */
function imageCounts({heads, part}: Group): string[] {
  const counts = Object.values(heads)
    .map(({images}) => images)
    .sort((a, b) => a - b);
  const [least, most] = [counts[0], counts.at(-1)];
  if (least === undefined || most === undefined) return [];
  return [`${least === most ? '' : `${thousands(least)} to `}${thousands(most)} ${part}`];
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

/** Longer lists of seeds are counted. */
const MOST_SEEDS = 3;

/** Names the seeds that are in a row but in no test, because the other design lacks them. */
function unpairedNotes({groups, pairs, untilDecided}: Comparison): string[] {
  if (untilDecided !== undefined) return [];
  const byName = new Map(groups.map(group => [group.name, group]));
  const tested = pairs.filter(({heads}) => heads.length > 0);
  return groups.flatMap(({name, seeds}) => {
    const rivals = tested.flatMap(({first, second}) =>
      first === name ? second : second === name ? first : [],
    );
    if (rivals.length === 0) return [];
    const unpaired = seeds.filter(
      seed => !rivals.some(rival => byName.get(rival)?.seeds.includes(seed)),
    );
    // Single runs are compared whatever their seeds.
    if (unpaired.length === 0 || unpaired.length === seeds.length) return [];
    const named =
      unpaired.length > MOST_SEEDS
        ? `${unpaired.length} seeds`
        : `seed${unpaired.length > 1 ? 's' : ''} ${enumerated(unpaired.map(String))}`;
    const verb = unpaired.length > 1 ? 'count' : 'counts';
    return [
      `Tests pair runs of the same seed: ${named} of ${name} ${verb} in its row only, because no other design was trained with it.`,
    ];
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
function correctionNotes({
  tests,
  pairs,
  untilDecided,
  areSearchesMixed,
  comparedWith,
  onlyWithFirst,
  search,
}: Comparison): string[] {
  const mixed =
    'Seeds were added to some of these runs until a difference was decided (--until-decided), and p does not account for that. For a p that does, compare the runs of one such search by themselves, without --metric.';
  if (untilDecided === undefined)
    return [
      ...(comparedWith === undefined
        ? tests > 1
          ? [
              `${onlyWithFirst === true && pairs.length > 1 ? `Each design is compared with the first one, ${pairs[0]!.first}, and with no other: ` : ''}p is adjusted for ${tests} tests (Holm); intervals are not.`,
            ]
          : []
        : search !== undefined
          ? [
              `The first rows are the best on the validation images. Each trial${search.trials.some(({round}) => round > 0) ? ' of the last round' : ''} is compared with the chosen one, ${comparedWith}, so p is adjusted for these tests only (${tests}, Holm); intervals are not.`,
            ]
          : [
              `Each design is compared with the best one, ${comparedWith}. It was found on the same images, so p is adjusted for the tests of all pairs (${tests}, Bonferroni); intervals are not.`,
            ]),
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

/** Each warning once, with its designs where not all designs have it. */
function dataWarnings(groups: readonly Group[]): string[] {
  const warnings = groups.flatMap(({name, runs}) =>
    withoutRepeats(runs.flatMap(run => run.warnings)).map(text => ({text, name})),
  );
  const byText = groupBy(warnings, ({text}) => text);
  const more = byText.size - WARNINGS_IN_WORDS;
  return [
    ...[...byText].slice(0, WARNINGS_IN_WORDS).map(([text, members]) => {
      const names = members.map(({name}) => name);
      const about =
        names.length === groups.length ? '' : ` (${enumeratedFew(names, NAMES_IN_WORDS)})`;
      return `Warning${about}: ${text}`;
    }),
    ...(more > 0 ? [`${more} more warnings about the data are in the runs' summary.txt.`] : []),
  ];
}

function intervalNote(
  images: readonly string[],
  areSeedsSeveral: boolean,
  {metric}: Comparison,
): string {
  const count = `n = ${images.join(' or ')} images`;
  if (areSeedsSeveral)
    return `${count}; ± is the standard deviation over seeds, (…) the 95 % interval over seeds and images.`;
  return `${count}; (…) is ${metric === 'accuracy' ? "Wilson's 95 % interval" : 'the 95 % interval over images'}.`;
}

function differenceNote({metric}: Comparison): string {
  const {unit} = metricFacts(metric);
  if (unit === 'points') return 'Differences are in percentage points, first minus second.';
  return `Differences are in ${unit}, first minus second.`;
}

/** What the compared metric means, and the heads for which it is not defined. */
function metricNotes(comparison: Comparison): string[] {
  const {metric, base, reference, notDefined} = comparison;
  const {title, higherIsBetter} = metricFacts(metric);
  const meaning =
    metric === 'deltaM'
      ? `delta-m is the mean relative change of the heads' ${headMetrics[base].title} against ${reference ?? '-'}, in percent; negative is better than ${reference ?? '-'}.`
      : metric === 'meanRank'
        ? `The mean rank is that among these designs by ${headMetrics[base].title}, over the heads; 1 is the best.`
        : higherIsBetter
          ? undefined
          : `A lower ${title} is better.`;
  const named = notDefined
    .slice(0, UNDEFINED_IN_WORDS)
    .map(
      ({head, group, metric: part, cause}) =>
        `${metricFacts(part).title} is not defined for ${head} of ${group}: ${cause}.`,
    );
  const more = notDefined.length - named.length;
  return [
    ...(meaning === undefined ? [] : [meaning]),
    ...named,
    ...(more > 0 ? [`It is not defined for ${more} more heads of designs.`] : []),
  ];
}
