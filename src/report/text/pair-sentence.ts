import {ALL_HEADS, isHeadMetric, metricFacts, type Metric} from '../../experiment/metrics.js';
import {SAME_TIME_WITHIN} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import type {HeadTest, NotCompared, PairTest} from '../../compare/test-results.js';
import {thousands} from '../../util/format.js';
import {differenceInterval, differenceText, enumerated, pText, unitOf} from './numbers.js';

/** A sentence names this many heads and counts the rest. */
export const NAMED_HEADS = 4;

/**
 * The verdict on a pair: "multi-output is significantly better than separate on Smiling by 2.1
 * points (95 % interval 0.4 to 3.8, p = 0.016, n = 2,000 test images) with 29 % of the parameters and half the
 * time; no significant difference on Male (minimum detectable difference 2.4 points)."
 *
 * The points of a winner are its advantage, also where lower is better. All other differences are
 * first minus second, as in the tables.
 */
export function pairSentence(pair: PairTest, compared: ComparedMetric): string {
  const {first, second} = pair;
  if (pair.notCompared !== undefined)
    return `${first} and ${second} are not compared: ${notComparedText(pair.notCompared)}.`;
  const significant = pair.heads.filter(head => head.significant);
  const smaller = pair.heads.filter(isSmaller);
  const open = pair.heads.filter(head => !head.significant && !isSmaller(head));
  if (significant.length === 0)
    return smaller.length === 0
      ? undecided(pair, open, compared)
      : equal(pair, smaller, open, compared);
  const rest = [
    ...(smaller.length === 0 ? [] : [`; the difference is ${smallerText(smaller, compared)}`]),
    ...(open.length === 0 ? [] : [`; no significant difference ${openText(open, compared)}`]),
  ].join('');
  const wins = [
    {winner: first, loser: second, better: 'first' as const},
    {winner: second, loser: first, better: 'second' as const},
  ].flatMap(side => {
    const heads = significant.filter(head => head.better === side.better);
    return heads.length === 0 ? [] : [{...side, heads}];
  });
  const clauses = wins.map(({winner, loser, better: side, heads}, index) => {
    const costs = index === 0 ? costOf(pair, side === 'first' ? 1 : -1) : undefined;
    const better = `${winner} is significantly better than ${loser}${inMetric(compared)} ${winText(heads, compared)}`;
    return costs === undefined ? better : `${better} with ${costs}`;
  });
  return `${clauses.join('; ')}${rest}.`;
}

/** Whether the difference was shown to be smaller than the margin. */
function isSmaller({sequential}: HeadTest): boolean {
  return sequential?.outcome === 'smaller';
}

/** `smaller than 1.0 points on Male (0.2 points, 95 % interval -0.3 to 0.7, p = 0.012, 5 seeds, n = …)` */
function smallerText(heads: readonly HeadTest[], {metric}: ComparedMetric): string {
  const unit = unitOf(metric);
  const named = heads.slice(0, NAMED_HEADS).map(head => {
    const interval = differenceInterval(metric, [head.ciLow, head.ciHigh]);
    const p = pText(head.sequential?.pSmaller ?? Number.NaN);
    return (
      `on ${head.head} (${differenceText(metric, head.difference)} ${unit}, 95 % interval ${interval}, ` +
      `${p}, ${sizeText(head)})`
    );
  });
  const more = heads.length - named.length;
  const texts = more === 0 ? named : [...named, `on ${more} more heads`];
  const margin = differenceText(metric, heads[0]?.sequential?.margin ?? Number.NaN);
  return `smaller than ${margin} ${unit} ${enumerated(texts)}`;
}

function equal(
  pair: PairTest,
  smaller: readonly HeadTest[],
  open: readonly HeadTest[],
  compared: ComparedMetric,
): string {
  const rest = open.length === 0 ? '' : `; no significant difference ${openText(open, compared)}`;
  return (
    `The difference between ${pair.first} and ${pair.second} is ` +
    `${smallerText(smaller, compared)}${rest}${cheaperText(pair)}.`
  );
}

/** Why a pair is not compared, as the end of a sentence. */
export function notComparedText(cause: NotCompared): string {
  switch (cause.reason) {
    case 'no common seed':
      return 'they have no seed in common; run both with the same --seed and --repeat to compare them';
    case 'different parts':
      return (
        `${cause.first} images measure one and ${cause.second} images the other; ` +
        'give both a test part (data.split.test), or neither'
      );
    case 'different images':
      return (
        `their evaluation images differ (${cause.first} and ${cause.second} images, ${cause.common} in common); ` +
        'give both the same data.seed, sampling and split to compare them'
      );
    case 'no common head':
      return 'they have no head in common';
    case 'no common slices':
      return 'they have no slices of 20 images or more in common; run both with the same evaluation.slices, on a larger test part';
    case 'different labels':
      return `the labels of ${cause.head} differ: these are not the same images`;
  }
}

/** The metric that a comparison is about. */
type ComparedMetric = Pick<Comparison, 'metric' | 'base' | 'reference'>;

/** ` in F1`, ` in delta-m (F1, against separate)`; nothing for the accuracy. */
export function inMetric(compared: ComparedMetric): string {
  return compared.metric === 'accuracy' ? '' : ` in ${metricTitle(compared)}`;
}

/** `F1`, `mean accuracy`, `delta-m (F1, against separate)`, `mean rank (F1)`. */
export function metricTitle({metric, base, reference}: ComparedMetric): string {
  const {title} = metricFacts(metric);
  const baseTitle = metricFacts(base).title;
  if (metric === 'meanRank') return `${title} (${baseTitle})`;
  return metric === 'deltaM' ? `${title} (${baseTitle}, against ${reference ?? '-'})` : title;
}

function undecided(pair: PairTest, open: readonly HeadTest[], compared: ComparedMetric): string {
  const tail = cheaperText(pair);
  const [head] = open;
  const between = `between ${pair.first} and ${pair.second}${inMetric(compared)}`;
  if (head === undefined)
    return `No test ${between}: the metric is not defined for a head of both${tail}.`;
  if (head.head === ALL_HEADS)
    return `No significant difference ${between} (${sizeText(head)}): ${openFacts(head, compared)}${tail}.`;
  // Where labels are missing, heads have different images.
  const isSameSize = open.every(({images}) => images === head.images);
  const facts = (test: HeadTest): string =>
    `${isSameSize ? '' : `${sizeText(test)}; `}${openFacts(test, compared)}`;
  const heads =
    open.length > NAMED_HEADS
      ? openText(open, compared)
      : `on ${enumerated(open.map(test => `${test.head} (${facts(test)})`))}`;
  const size = isSameSize ? ` (${sizeText(head)})` : '';
  return `No significant difference ${between}${size} ${heads}${tail}.`;
}

/** `; multi-output has 29 % of the parameters and half the time` */
function cheaperText(pair: PairTest): string {
  const isFirstCheaper = pair.parameterRatio <= 1;
  const costs = costOf(pair, isFirstCheaper ? 1 : -1);
  const cheaper = isFirstCheaper ? pair.first : pair.second;
  return costs === undefined ? '' : `; ${cheaper} has ${costs}`;
}

function openFacts(head: HeadTest, {metric}: ComparedMetric): string {
  return (
    `${differenceText(metric, head.difference)} ${unitOf(metric)}, 95 % interval ` +
    `${differenceInterval(metric, [head.ciLow, head.ciHigh])}; ${detectableText(head, metric)}${slicesText(head)}`
  );
}

/** @param sign 1 for the first's costs over the second's, -1 for the inverse. */
function costOf(pair: PairTest, sign: 1 | -1): string | undefined {
  return costText(pair.parameterRatio ** sign, pair.secondsRatio ** sign);
}

function winText(heads: readonly HeadTest[], compared: ComparedMetric): string {
  const {metric} = compared;
  const sorted = [...heads].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const named = sorted.slice(0, NAMED_HEADS).map(head => {
    const advantage = `by ${differenceText(metric, Math.abs(head.difference))} ${unitOf(metric)} (${winFacts(head, metric)})`;
    return isHeadMetric(metric) ? `on ${head.head} ${advantage}` : advantage;
  });
  const more = sorted.length - named.length;
  return enumerated(more === 0 ? named : [...named, `on ${more} more heads`]);
}

/** Interval, p and n of the winner's advantage. */
function winFacts(head: HeadTest, metric: Metric): string {
  const interval =
    head.difference > 0
      ? ([head.ciLow, head.ciHigh] as const)
      : ([-head.ciHigh, -head.ciLow] as const);
  return `95 % interval ${differenceInterval(metric, interval)}, ${pText(head.pAdjusted)}, ${sizeText(head)}${slicesText(head)}`;
}

/** `; worst slice Male=1`, or `; worst slices Male=1 and Male=0`, the first design's first. */
function slicesText({firstSlice, secondSlice}: HeadTest): string {
  if (firstSlice === undefined || secondSlice === undefined) return '';
  return firstSlice === secondSlice
    ? `; worst slice ${firstSlice}`
    : `; worst slices ${firstSlice} and ${secondSlice}`;
}

/** `n = 2,000 test images`, `5 seeds, n = 2,000 test images`, `n = 2,200 test images in 5 folds`. */
function sizeText({images, part, folds, bySeed}: HeadTest): string {
  const seeds = bySeed === undefined ? '' : `${bySeed.seeds} seeds, `;
  const inFolds = folds === undefined ? '' : ` in ${folds} folds`;
  return `${seeds}n = ${thousands(images)} ${part} images${inFolds}`;
}

function openText(open: readonly HeadTest[], {metric}: ComparedMetric): string {
  if (open.length <= NAMED_HEADS)
    return `on ${enumerated(open.map(head => `${head.head} (${detectableText(head, metric)})`))}`;
  const sorted = open
    .map(({minimumDetectable}) => minimumDetectable)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return `on ${open.length} heads (${detectableText(open[0]!, metric)})`;
  return `on ${open.length} heads (median minimum detectable difference ${differenceText(metric, median)} ${unitOf(metric)})`;
}

function detectableText({minimumDetectable, bySeed}: HeadTest, metric: Metric): string {
  if (Number.isFinite(minimumDetectable))
    return `minimum detectable difference ${differenceText(metric, minimumDetectable)} ${unitOf(metric)}`;
  if (bySeed === undefined) return 'too few images to detect any difference';
  return bySeed.seeds === 2
    ? 'two seeds are too few to detect any difference'
    : 'too few seeds and images to detect any difference';
}

/** `29 % of the parameters`, `2.3 times the parameters`, `as many parameters`. */
function parametersText(ratio: number): string | undefined {
  if (!Number.isFinite(ratio) || ratio <= 0) return undefined;
  if (ratio === 1) return 'as many parameters';
  return `${ratioText(ratio)} the parameters`;
}

/** `half the time`, `62 % of the time`, `1.8 times the time`, `about the same time`. */
function timeText(ratio: number): string | undefined {
  if (!Number.isFinite(ratio) || ratio <= 0) return undefined;
  if (Math.abs(Math.log(ratio)) <= Math.log(SAME_TIME_WITHIN)) return 'about the same time';
  if (ratio >= 0.47 && ratio <= 0.53) return 'half the time';
  if (ratio >= 1.9 && ratio <= 2.1) return 'twice the time';
  return `${ratioText(ratio)} the time`;
}

/** `29 % of the parameters and half the time`; undefined where both are unknown. */
function costText(parameterRatio: number, secondsRatio: number): string | undefined {
  const costs = [parametersText(parameterRatio), timeText(secondsRatio)].filter(
    text => text !== undefined,
  );
  return costs.length === 0 ? undefined : costs.join(' and ');
}

function ratioText(ratio: number): string {
  if (ratio < 0.01) return 'less than 1 % of';
  if (ratio < 0.995) return `${Math.round(100 * ratio)} % of`;
  return ratio < 1.05 ? 'slightly more than' : `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;
}
