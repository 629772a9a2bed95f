import {thousands} from '../../util/format.js';
import type {HeadVerdict, PairVerdict} from '../../compare/verdict.js';
import {costText} from './costs.js';
import {enumerated, points, pointsInterval, pText} from './numbers.js';

type Pair = Omit<PairVerdict, 'sentence'>;

/** Heads named in a sentence; of more, only their number is said. */
const NAMED_HEADS = 4;

/**
 * The verdict on a pair: "multi-output is significantly better than separate on Smiling by 2.1
 * points (95 % interval 0.4 to 3.8, p = 0.016, n = 2,000) with 29 % of the parameters and half the
 * time; no significant difference on Male (minimum detectable difference 2.4 points)."
 *
 * Where a winner is named, the points are its advantage. All other differences are first minus
 * second, as in the tables.
 */
export function pairSentence(pair: Pair): string {
  const {first, second} = pair;
  if (pair.notCompared !== undefined)
    return `${first} and ${second} are not compared: ${pair.notCompared}.`;
  const significant = pair.heads.filter(head => head.significant);
  const open = pair.heads.filter(head => !head.significant);
  if (significant.length === 0) return undecided(pair, open);
  const rest = open.length === 0 ? '' : `; no significant difference ${openText(open)}`;
  const wins = [
    {winner: first, loser: second, sign: 1 as const},
    {winner: second, loser: first, sign: -1 as const},
  ].flatMap(side => {
    const heads = significant.filter(head => Math.sign(head.difference) === side.sign);
    return heads.length === 0 ? [] : [{...side, heads}];
  });
  const clauses = wins.map(({winner, loser, sign, heads}, index) => {
    const costs = index === 0 ? costOf(pair, sign) : undefined;
    const better = `${winner} is significantly better than ${loser} ${winText(heads, sign)}`;
    return costs === undefined ? better : `${better} with ${costs}`;
  });
  return `${clauses.join('; ')}${rest}.`;
}

function undecided(pair: Pair, open: readonly HeadVerdict[]): string {
  const isFirstCheaper = pair.parameterRatio <= 1;
  const costs = costOf(pair, isFirstCheaper ? 1 : -1);
  const cheaper = isFirstCheaper ? pair.first : pair.second;
  const tail = costs === undefined ? '' : `; ${cheaper} has ${costs}`;
  const [head] = open;
  const size = head === undefined ? '' : ` (${sizeText(head)})`;
  const heads =
    open.length > NAMED_HEADS ? openText(open) : `on ${enumerated(open.map(openFacts))}`;
  return `No significant difference between ${pair.first} and ${pair.second}${size} ${heads}${tail}.`;
}

function openFacts(head: HeadVerdict): string {
  return (
    `${head.head} (${points(head.difference)} points, 95 % interval ` +
    `${pointsInterval([head.ciLow, head.ciHigh])}; ${detectableText(head)})`
  );
}

/** @param sign 1 for the first's costs over the second's, -1 for the other way round. */
function costOf(pair: Pair, sign: 1 | -1): string | undefined {
  return costText(pair.parameterRatio ** sign, pair.secondsRatio ** sign);
}

function winText(heads: readonly HeadVerdict[], sign: 1 | -1): string {
  const sorted = [...heads].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const named = sorted
    .slice(0, NAMED_HEADS)
    .map(
      head =>
        `on ${head.head} by ${points(Math.abs(head.difference))} points (${winFacts(head, sign)})`,
    );
  const more = sorted.length - named.length;
  return enumerated(more === 0 ? named : [...named, `on ${more} more heads`]);
}

/** Interval, p and n of the winner's advantage. */
function winFacts(head: HeadVerdict, sign: 1 | -1): string {
  const interval =
    sign === 1 ? ([head.ciLow, head.ciHigh] as const) : ([-head.ciHigh, -head.ciLow] as const);
  return `95 % interval ${pointsInterval(interval)}, ${pText(head.pAdjusted)}, ${sizeText(head)}`;
}

/** `n = 2,000`, or `5 seeds, n = 2,000`. */
function sizeText({images, bySeed}: HeadVerdict): string {
  const seeds = bySeed === undefined ? '' : `${bySeed.seeds} seeds, `;
  return `${seeds}n = ${thousands(images)}`;
}

function openText(open: readonly HeadVerdict[]): string {
  if (open.length <= NAMED_HEADS)
    return `on ${enumerated(open.map(head => `${head.head} (${detectableText(head)})`))}`;
  const sorted = open
    .map(({minimumDetectable}) => minimumDetectable)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return `on ${open.length} heads (${detectableText(open[0]!)})`;
  return `on ${open.length} heads (median minimum detectable difference ${points(median)} points)`;
}

function detectableText({minimumDetectable, bySeed}: HeadVerdict): string {
  if (Number.isFinite(minimumDetectable))
    return `minimum detectable difference ${points(minimumDetectable)} points`;
  if (bySeed === undefined) return 'too few images to detect any difference';
  return bySeed.seeds === 2
    ? 'two seeds are too few to detect any difference'
    : 'too few seeds and images to detect any difference';
}
