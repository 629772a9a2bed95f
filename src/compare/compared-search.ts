import type {HeadMetric} from '../experiment/metrics.js';
import {measureOf} from '../experiment/search.js';
import type {Search} from '../experiment/search-schema.js';
import type {RunTrial} from '../runs/searches.js';
import type {MeasuredGroup} from './groups.js';
import {isHigherBetter} from './search-score.js';
import {overSeeds} from './statistics/over-seeds.js';
import {sum} from '../util/sum.js';

/** What a search looked at in one trial: a design, in one round. */
export type ComparedTrial = {
  readonly design: string;
  readonly number: number;
  readonly round: number;
  /** The metric that the search chooses by, mean over the seeds; NaN where a run has no result. */
  readonly value: number;
};

export type ComparedSearch = Pick<Search, 'method' | 'metric' | 'space'> & {
  /** Name of the experiment, or path of its file, as `run` takes it. */
  readonly file: string;
  /** Name of the design that the search chose: the best of the last round on the validation images. */
  readonly chosen: string;
  /** Keys of the space with the values of the chosen design. */
  readonly values: MeasuredGroup['group']['variant'];
  /** The best first, those of later rounds before all others. */
  readonly trials: readonly ComparedTrial[];
  /** Runs that were trained to choose. */
  readonly trainings: number;
};

/** A search with the groups that its verdict is about. */
export type SearchGroups = {
  readonly search: ComparedSearch;
  /** The metric of a head that the verdict is about. */
  readonly metric: HeadMetric;
  readonly chosen: MeasuredGroup;
  /** The trials of the last round. */
  readonly finalists: readonly MeasuredGroup[];
  /** The trials of the first round, in which all values were drawn. */
  readonly drawn: readonly MeasuredGroup[];
};

/** The groups of a search with the best trial first; unchanged where they are not all of one search. */
export function rankedTrials(groups: readonly MeasuredGroup[]): MeasuredGroup[] {
  if (planOf(groups) === undefined) return [...groups];
  const rank = (group: MeasuredGroup): number => {
    const {search} = trialOf(group)!;
    const value = valueOf(group);
    if (Number.isNaN(value)) return Number.NEGATIVE_INFINITY;
    return isHigherBetter(search) ? value : -value;
  };
  return groups.toSorted((a, b) => {
    const rounds = trialOf(b)!.round - trialOf(a)!.round;
    return rounds !== 0 || rank(a) === rank(b) ? rounds : rank(b) - rank(a);
  });
}

/** The search that all groups belong to; undefined where there is none, or where no trial has a value. */
export function searchOfGroups(ranked: readonly MeasuredGroup[]): SearchGroups | undefined {
  const plan = planOf(ranked);
  const chosen = ranked.find(group => !Number.isNaN(valueOf(group)));
  if (plan === undefined || chosen === undefined) return undefined;
  const {file, search} = plan;
  const {method, metric, space} = search;
  const trials = ranked.map((measured): ComparedTrial => {
    const {number, round} = trialOf(measured)!;
    return {design: measured.group.name, number, round, value: valueOf(measured)};
  });
  const last = Math.max(...trials.map(({round}) => round));
  const {variant, name} = chosen.group;
  const values = Object.fromEntries(Object.entries(variant).filter(([key]) => key in space));
  const {metric: measure} = measureOf(search);
  return {
    search: {
      ...{method, metric, space, file, chosen: name, values, trials},
      trainings: sum(ranked.map(({group}) => group.runs.length)),
    },
    metric: measure === 'loss' ? 'accuracy' : (measure as HeadMetric),
    chosen,
    finalists: ranked.filter(group => trialOf(group)!.round === last),
    drawn: ranked.filter(group => trialOf(group)!.round === 0),
  };
}

/** The trial that all groups have in common, but for its number and round. */
function planOf(groups: readonly MeasuredGroup[]): MeasuredGroup['trial'] {
  const [first] = groups;
  if (first === undefined || groups.length < 2) return undefined;
  const isOfOne = groups.every(group => trialOf(group)?.id === trialOf(first)?.id);
  return isOfOne ? first.trial : undefined;
}

function trialOf({trial}: MeasuredGroup): RunTrial | undefined {
  return trial;
}

/** The mean over the runs of a trial. */
function valueOf({group}: MeasuredGroup): number {
  return overSeeds(group.runs.map(({searchValue}) => searchValue ?? Number.NaN)).mean;
}
