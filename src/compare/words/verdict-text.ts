import {fraction} from '../../util/format.js';
import {meanAccuracy} from '../trade-off.js';
import type {Comparison} from '../comparison.js';
import type {ComparedGroup} from '../groups.js';
import {ALL_PAIRS_UP_TO, type PairVerdict} from '../verdict.js';
import {enumerated} from './numbers.js';
import {ownValue} from '../../util/own-value.js';

/** With more groups, each head gets a sentence instead of each pair. */
const PAIRS_IN_WORDS = 3;
const HEADS_IN_WORDS = 6;

/**
 * The verdict as sentences, the most important first. Names and heads come from files: what prints
 * them makes them safe.
 */
export function verdictSentences(comparison: Omit<Comparison, 'sentences'>): string[] {
  const {groups, verdict} = comparison;
  const usable = groups.filter(({seeds}) => seeds.length > 0);
  if (usable.length < 2) return [];
  const refused = verdict.pairs.filter(pair => pair.refused !== undefined);
  if (verdict.pairs.length <= PAIRS_IN_WORDS) return verdict.pairs.map(({sentence}) => sentence);
  if (usable.length > ALL_PAIRS_UP_TO) return againstFirst(usable, verdict.pairs);
  const pairwise = verdict.pairs.length - refused.length;
  return [
    ...(pairwise === 0 ? [] : comparison.heads.slice(0, HEADS_IN_WORDS)).map(head =>
      bestSentence(head, usable, verdict.pairs),
    ),
    ...(refused.length > 0 ? refused.slice(0, PAIRS_IN_WORDS).map(({sentence}) => sentence) : []),
    ...choice(comparison, usable),
  ];
}

/** `Best on Male: a (0.905); no difference shown to b and c; shown to be worse: d.` */
function bestSentence(
  head: string,
  groups: readonly ComparedGroup[],
  pairs: readonly PairVerdict[],
): string {
  const score = (group: ComparedGroup): number =>
    ownValue(group.heads, head)?.metrics.accuracy.mean ?? Number.NaN;
  const [best, ...others] = groups
    .filter(group => Number.isFinite(score(group)))
    .sort((a, b) => score(b) - score(a));
  if (best === undefined) return `No result on ${head}.`;
  const worse = others.filter(other => shownWorse(other, best, head, pairs));
  const open = others.filter(other => !worse.includes(other) && paired(other, best, pairs));
  const clauses = [
    `Best on ${head}: ${best.name} (${fraction(score(best), 3)})`,
    ...(open.length === 0
      ? []
      : [`no difference shown to ${enumerated(open.map(({name}) => name))}`]),
    ...(worse.length === 0
      ? []
      : [`shown to be worse: ${enumerated(worse.map(({name}) => name))}`]),
  ];
  return `${clauses.join('; ')}.`;
}

function pairOf(
  one: ComparedGroup,
  other: ComparedGroup,
  pairs: readonly PairVerdict[],
): PairVerdict | undefined {
  return pairs.find(({first, second}) =>
    first === one.name ? second === other.name : first === other.name && second === one.name,
  );
}

function paired(one: ComparedGroup, other: ComparedGroup, pairs: readonly PairVerdict[]): boolean {
  return pairOf(one, other, pairs)?.refused === undefined;
}

function shownWorse(
  one: ComparedGroup,
  than: ComparedGroup,
  head: string,
  pairs: readonly PairVerdict[],
): boolean {
  const pair = pairOf(one, than, pairs);
  const decided = pair?.heads.find(own => own.head === head && own.shown);
  if (pair === undefined || decided === undefined) return false;
  return (pair.first === one.name ? decided.difference : -decided.difference) < 0;
}

/** The least time to train among those that nothing is shown to beat on any head. */
function choice(
  {heads, verdict}: Omit<Comparison, 'sentences'>,
  groups: readonly ComparedGroup[],
): string[] {
  const unbeaten = groups.filter(group =>
    groups.every(
      other =>
        other === group || heads.every(head => !shownWorse(group, other, head, verdict.pairs)),
    ),
  );
  const [cheapest, ...rest] = [...unbeaten].sort((a, b) => a.seconds - b.seconds);
  if (cheapest === undefined || verdict.pairs.every(({refused}) => refused !== undefined))
    return [];
  const dearest = [...groups].sort((a, b) => meanAccuracy(b) - meanAccuracy(a))[0];
  const share =
    dearest === undefined || dearest === cheapest
      ? ''
      : `, with ${Math.round((100 * cheapest.seconds) / dearest.seconds)} % of the time of the most accurate, ${dearest.name}`;
  const among = rest.length === 0 ? 'The only one' : 'The quickest to train';
  return [`${among} that none is shown to beat on any head: ${cheapest.name}${share}.`];
}

function againstFirst(groups: readonly ComparedGroup[], pairs: readonly PairVerdict[]): string[] {
  const [first] = groups;
  const better = pairs.filter(({heads}) => heads.some(head => head.shown && head.difference < 0));
  const names = enumerated(better.map(({second}) => second));
  return [
    `${groups.length} rows are each compared with the first, ${first?.name ?? ''}: ` +
      (better.length === 0
        ? 'none is shown to be better on any head.'
        : `shown to be better on a head: ${names}.`),
  ];
}

/** What the numbers rest on, for below a table. */
export function verdictNotes({groups, verdict, heads}: Comparison): string[] {
  const seeds = Math.max(...groups.map(group => group.seeds.length));
  const [first] = groups.filter(group => group.seeds.length > 0);
  const images = ownValue(first?.heads ?? {}, heads[0] ?? '')?.images ?? 0;
  const holm =
    verdict.tests > 1
      ? [`p is corrected for ${verdict.tests} tests (Holm); intervals are not.`]
      : [];
  const few =
    seeds === 1 && verdict.tests > 0
      ? ['One seed each: other seeds may say otherwise. Run with --repeat 5 to know.']
      : [];
  const kind =
    images === 0
      ? []
      : [
          seeds > 1
            ? `n = ${images} images; ± is the standard deviation over seeds, (…) the 95 % interval of the mean.`
            : `n = ${images} images; (…) is Wilson's 95 % interval.`,
        ];
  return [...kind, ...holm, ...few];
}
