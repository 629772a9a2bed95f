import type {MeasuredGroup} from './groups.js';
import {labelledPair} from './labelled-images.js';
import type {UsableRun} from './run-metrics.js';
import type {NotCompared} from './test-results.js';

/** A run of each of two groups. */
export type RunPair = readonly [UsableRun, UsableRun];

/** Runs of two groups, in pairs of the same seed, and the heads that both have. */
export type PairedGroups = {
  readonly pairs: readonly RunPair[];
  readonly heads: readonly string[];
  /** Number of folds that both pooled; undefined without folds. */
  readonly folds: number | undefined;
};

/** Pairs the runs of two groups, or says why it cannot. @param pairs All that there are, or the first of them. */
export function pairGroups(
  first: MeasuredGroup,
  second: MeasuredGroup,
  pairs: readonly RunPair[] = pairRuns(first.usable, second.usable),
): PairedGroups | NotCompared {
  const [obstacle] = pairs.flatMap(pair => obstacleOf(pair) ?? []);
  if (obstacle !== undefined) return obstacle;
  if (pairs.length === 0) return {reason: 'no common seed'};
  const heads = Object.keys(first.group.heads).filter(head =>
    Object.hasOwn(second.group.heads, head),
  );
  const folds = first.group.folds === second.group.folds ? first.group.folds : undefined;
  return {pairs, heads, folds};
}

/**
 * Why two runs cannot be paired; runs on other images or with other labels never are. A label that only one
 * of them knows is no other label.
 */
export function obstacleOf([first, second]: RunPair): NotCompared | undefined {
  const [part, rivalPart] = [first.predictions.part, second.predictions.part];
  if (part !== rivalPart) return {reason: 'different parts', first: part, second: rivalPart};
  if (!hasSameImages(first, second)) {
    const [files, rivalFiles] = [first.predictions.files, second.predictions.files];
    const names = new Set(files);
    const common = rivalFiles.filter(file => names.has(file)).length;
    return {
      reason: 'different images',
      first: files.length,
      second: rivalFiles.length,
      common,
    };
  }
  const heads = [...first.predictions.heads.keys()].filter(head =>
    second.predictions.heads.has(head),
  );
  if (heads.length === 0) return {reason: 'no common head'};
  const relabelled = heads.find(head => {
    const {pair} = labelledPair(
      first.predictions.heads.get(head)!,
      second.predictions.heads.get(head)!,
    );
    return Buffer.compare(pair[0].labels, pair[1].labels) !== 0;
  });
  return relabelled === undefined ? undefined : {reason: 'different labels', head: relabelled};
}

/** Whether two runs were evaluated on the same images, by name. */
export function hasSameImages(first: UsableRun, second: UsableRun): boolean {
  return first.predictions.imagesHash === second.predictions.imagesHash;
}

/** Pairs two single runs whatever their seeds, and groups by their common seeds. */
export function pairRuns(first: readonly UsableRun[], second: readonly UsableRun[]): RunPair[] {
  const [run] = first;
  const [rival] = second;
  if (first.length === 1 && second.length === 1 && run && rival) return [[run, rival]];
  return first.flatMap(member => {
    const twin = second.find(candidate => candidate.run.seed === member.run.seed);
    return twin === undefined ? [] : [[member, twin] as const];
  });
}
