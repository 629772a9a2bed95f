import type {MeasuredGroup} from './groups.js';
import type {MeasuredRun} from './measure-run.js';
import {sameImages, type RunPair} from './pair-heads.js';

/** The runs of two groups that answer for each other, or why there are none. */
type Pairing = {
  readonly pairs: readonly RunPair[];
  readonly notCompared: string | undefined;
};

/**
 * Pairs two single runs whatever their seeds, and groups by the seeds that they have in common.
 * Runs that were evaluated on other images, or with other labels, are never paired.
 */
export function pairRuns(first: MeasuredGroup, second: MeasuredGroup): Pairing {
  const pairs = candidates(first.usable, second.usable);
  if (first.usable.length === 0 || second.usable.length === 0)
    return cannotPair('one of them has no predictions');
  if (pairs.length === 0)
    return cannotPair(
      'they have no seed in common; run both with the same --seed and --repeat to compare them',
    );
  for (const pair of pairs) {
    const different = difference(pair);
    if (different !== undefined) return cannotPair(different);
  }
  return {pairs, notCompared: undefined};
}

function cannotPair(notCompared: string): Pairing {
  return {pairs: [], notCompared};
}

function candidates(first: readonly MeasuredRun[], second: readonly MeasuredRun[]): RunPair[] {
  const [one, other] = [first[0], second[0]];
  if (first.length === 1 && second.length === 1 && one && other) return [[one, other]];
  return first.flatMap(run => {
    const twin = second.find(candidate => candidate.run.seed === run.run.seed);
    return twin === undefined ? [] : [[run, twin] as const];
  });
}

/** Why two runs must not be paired. */
function difference([first, second]: RunPair): string | undefined {
  if (first.predictions === undefined || second.predictions === undefined)
    return 'one of them has no predictions';
  if (!sameImages(first, second)) {
    const known = new Set(first.predictions.files);
    const shared = second.predictions.files.filter(file => known.has(file)).length;
    const [one, other] = [first.predictions.files.length, second.predictions.files.length];
    return (
      `their evaluation images differ (${one} and ${other} images, ${shared} in common); ` +
      'give both the same data.seed, sampling and split to compare them'
    );
  }
  const heads = [...first.predictions.heads.keys()].filter(head =>
    second.predictions?.heads.has(head),
  );
  if (heads.length === 0) return 'they have no head in common';
  const relabelled = heads.find(head => !sameLabels(first, second, head));
  return relabelled === undefined
    ? undefined
    : `the labels of ${relabelled} differ: these are not the same images`;
}

function sameLabels(first: MeasuredRun, second: MeasuredRun, head: string): boolean {
  const [one, other] = [first, second].map(run => run.predictions?.heads.get(head)?.labels);
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}
