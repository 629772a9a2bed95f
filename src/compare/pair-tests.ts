import {ALL_HEADS, type HeadMetric} from '../experiment/metrics.js';
import {countOutcomes, outcomesOf, testContrasts, testImages} from './contrast-tests.js';
import {FIRST_LOOK, type UntilDecided} from '../runs/searches.js';
import type {MeasuredGroup} from './groups.js';
import {labelledPair} from './labelled-images.js';
import {testOverall, type OverallTestOptions} from './overall-tests.js';
import {pairGroups, pairRuns, type PairedGroups} from './pair-runs.js';
import type {HeadPredictions} from './predictions.js';
import {contrastOf, influenceOf, type Influence} from './statistics/influence.js';
import type {HeadLooks, NotCompared, UnadjustedTest} from './test-results.js';

/** Computes the influences of a head's predictions, or returns those that it has. */
type Influences = (predictions: HeadPredictions) => Influence;

/** Influences of one metric, computed once for each design: every pair needs them. */
export function influencesOn(metric: HeadMetric): Influences {
  const cache = new Map<HeadPredictions, Influence>();
  return predictions => {
    const influence = cache.get(predictions) ?? influenceOf(metric, predictions);
    cache.set(predictions, influence);
    return influence;
  };
}

/**
 * Tests one head. The accuracy of one pair of runs: McNemar's test with a score interval; another
 * metric: sign flips of what the images contribute. Several pairs on the same images: seeds and images
 * both random. Several, each on its own images: the paired t test.
 *
 * @returns undefined where a run lacks the head, or where its metric is not defined, as without any label
 *          that both know.
 */
export function testHead(
  head: string,
  metric: HeadMetric,
  {pairs, folds}: PairedGroups,
  influences: Influences,
): UnadjustedTest | undefined {
  const predictions = pairs.flatMap(([first, second]) => {
    const [ours, theirs] = [first.predictions.heads.get(head), second.predictions.heads.get(head)];
    return ours && theirs ? [labelledPair(ours, theirs).pair] : [];
  });
  if (predictions.length < pairs.length) return undefined;
  const outcomes = predictions.map(pair => outcomesOf(...pair));
  if (outcomes.some(({length}) => length === 0)) return undefined;
  const counts = {
    images: outcomes[0]?.length ?? 0,
    ...countOutcomes(outcomes),
  };
  const facts = {head, part: pairs[0]![0].predictions.part, folds, ...counts};
  if (metric === 'accuracy' && outcomes.length === 1)
    return {...facts, ...testImages(counts), bySeed: undefined};
  const contrasts =
    metric === 'accuracy'
      ? outcomes.map(values => ({values, reach: 1}))
      : predictions.map(([first, second]) =>
          contrastOf(metric, first, second, () => [influences(first), influences(second)]),
        );
  return testContrasts(facts, contrasts, pairs, {
    ...(metric === 'accuracy' && {byImages: images => testImages({...counts, images})}),
  });
}

/**
 * Tests the accuracy of every head, or that of all heads together for a claim about the first design, after
 * each look of a search, or says why it cannot.
 */
export function lookAtPair(
  first: MeasuredGroup,
  second: MeasuredGroup,
  {seeds, claim}: UntilDecided,
  options: OverallTestOptions,
): readonly HeadLooks[] | NotCompared {
  const available = pairRuns(first.usable, second.usable);
  const planned = seeds.map(seed => available.find(([{run}]) => run.seed === seed));
  // A seed whose run failed ends the looks: later ones were never looked at without it.
  const gap = planned.indexOf(undefined);
  const pairs = planned
    .slice(0, gap === -1 ? seeds.length : gap)
    .filter(pair => pair !== undefined);
  const paired = pairGroups(first, second, pairs);
  if ('reason' in paired) return paired;
  return (claim === undefined ? paired.heads : [ALL_HEADS]).flatMap(head => {
    const influences = influencesOn('accuracy');
    const testOf = (count: number): UnadjustedTest | undefined => {
      const looked = {...paired, pairs: pairs.slice(0, count)};
      if (claim === undefined) return testHead(head, 'accuracy', looked, influences);
      const test = testOverall('meanAccuracy', looked, [first, second], options);
      return test === undefined || 'reason' in test ? undefined : test;
    };
    const latest = testOf(pairs.length);
    if (latest === undefined) return [];
    const looks = pairs.slice(FIRST_LOOK - 1).flatMap((_, look) => testOf(FIRST_LOOK + look) ?? []);
    return [{latest, looks}];
  });
}
