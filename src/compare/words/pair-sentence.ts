import {thousands} from '../../util/format.js';
import type {Interval} from '../statistics/interval.js';
import type {HeadVerdict, PairVerdict} from '../verdict.js';
import {costText} from './costs.js';
import {enumerated, points, pointsInterval, pText} from './numbers.js';

type Pair = Omit<PairVerdict, 'sentence'>;

/** Heads named in a sentence; of more, only their number is said. */
const NAMED_HEADS = 4;

/**
 * What a pair comes to, as a person would say it: "multi-output is better on Smiling by 2.1 points
 * (95 % interval 0.4 to 3.8, p = 0.016, n = 2,000) with 29 % of the parameters and half the time;
 * no difference shown on Male (2.4 points could have been shown)."
 */
export function pairSentence(pair: Pair): string {
  if (pair.refused !== undefined)
    return `${pair.first} and ${pair.second} are not compared: ${pair.refused}.`;
  const shown = pair.heads.filter(head => head.shown);
  const open = pair.heads.filter(head => !head.shown);
  if (shown.length === 0) return undecided(pair, open);
  const rest = open.length === 0 ? '' : `; no difference shown ${openText(open)}`;
  const wins = [
    {winner: pair.first, cost: cost(pair, 1), heads: shown.filter(head => head.difference > 0)},
    {winner: pair.second, cost: cost(pair, -1), heads: shown.filter(head => head.difference < 0)},
  ].filter(({heads}) => heads.length > 0);
  const both = wins.length > 1;
  const clauses = wins.map(
    ({winner, cost: own, heads}, index) =>
      `${winner} is better ${winText(heads)}${own === undefined || (both && index > 0) ? '' : ` with ${own}`}`,
  );
  return `${clauses.join('; ')}${rest}.`;
}

function undecided(pair: Pair, open: readonly HeadVerdict[]): string {
  const cheaper = pair.parameterRatio <= 1 ? 1 : -1;
  const [one, other] = cheaper === 1 ? [pair.first, pair.second] : [pair.second, pair.first];
  const costs = cost(pair, cheaper);
  const tail = costs === undefined ? '' : `; ${one} has ${costs}`;
  const [first] = open;
  const size = first === undefined ? '' : ` (${sizeText(first)})`;
  const heads =
    open.length > NAMED_HEADS
      ? openText(open)
      : `on ${enumerated(open.map(text => openFacts(text, cheaper)))}`;
  return `No difference shown between ${one} and ${other}${size} ${heads}${tail}.`;
}

/** @param direction 1 where the difference is that of the pair's first. */
function openFacts(head: HeadVerdict, direction: 1 | -1): string {
  const interval = direction === 1 ? head.interval : turned(head.interval);
  return (
    `${head.head} (${points(head.difference * direction)} points, 95 % interval ` +
    `${pointsInterval(interval)}; ${could(head.smallest)})`
  );
}

function cost(pair: Pair, direction: 1 | -1): string | undefined {
  return costText(pair.parameterRatio ** direction, pair.secondsRatio ** direction);
}

function winText(heads: readonly HeadVerdict[]): string {
  const sorted = [...heads].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const named = sorted
    .slice(0, NAMED_HEADS)
    .map(head => `on ${head.head} by ${points(Math.abs(head.difference))} points (${facts(head)})`);
  const more = sorted.length - named.length;
  return enumerated(more === 0 ? named : [...named, `on ${more} more heads`]);
}

/** Interval, p and n, as the winner sees them. */
function facts(head: HeadVerdict): string {
  const interval = head.difference < 0 ? turned(head.interval) : head.interval;
  return `95 % interval ${pointsInterval(interval)}, ${pText(head.corrected)}, ${sizeText(head)}`;
}

/** `n = 2,000`, or `5 seeds, n = 2,000`. */
export function sizeText({images, bySeed}: HeadVerdict): string {
  const seeds = bySeed === undefined ? '' : `${bySeed.seeds} seeds, `;
  return `${seeds}n = ${thousands(images)}`;
}

function openText(open: readonly HeadVerdict[]): string {
  if (open.length > NAMED_HEADS)
    return `on ${open.length} heads (${could(median(open))} on half of them)`;
  return `on ${enumerated(open.map(({head, smallest}) => `${head} (${could(smallest)})`))}`;
}

function could(smallest: number): string {
  return Number.isFinite(smallest)
    ? `${points(smallest)} points could have been shown`
    : 'too few images to show any';
}

function median(heads: readonly HeadVerdict[]): number {
  const sorted = heads.map(({smallest}) => smallest).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function turned([low, high]: Interval): Interval {
  return [-high, -low];
}
