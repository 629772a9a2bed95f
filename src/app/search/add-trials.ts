import {groupBy} from '../../util/group-by.js';
import {isHigherBetter, searchValue} from '../../compare/search-score.js';
import {roundsOf} from '../../experiment/search-rounds.js';
import {trialExperiment} from '../../experiment/search.js';
import {valuesKey, type Values} from '../../experiment/search-space.js';
import {assertFitsMemory} from '../../model/memory.js';
import type {RunJob} from '../../runs/queue/journal.js';
import {isLookedAt, type QueueItem, type TrialLook} from '../../runs/queue/queue-state.js';
import {RunFolder} from '../../runs/run-folder.js';
import {hasResult} from '../../runs/status.js';
import type {JobTrial} from '../../runs/searches.js';
import {machineMemory} from '../../util/machine.js';
import {mapLimited} from '../../util/map-limited.js';
import {withSettingsOf} from '../changed-files.js';
import {tpeValues} from './tpe.js';
import {mean} from '../../util/sum.js';

/** A trial in one round, with its result. */
type EndedTrial = {
  readonly name: string;
  readonly trial: JobTrial;
  readonly values: Values;
  /** Higher is better; NaN where all its runs failed, or one has no value. */
  readonly score: number;
};

/**
 * Looks at the searches of a queue whose runs have ended, and says which trials to add. Depends on the
 * results alone, so that a queue that is resumed comes to the same trials. A trial with a run that failed,
 * for example because its loss diverged, counts as the worst.
 *
 * @param parallel Runs that train at the same time: so many are added at once.
 */
export async function addTrials(
  items: readonly QueueItem[],
  parallel: number,
): Promise<{readonly jobs: readonly RunJob[]; readonly looks: readonly TrialLook[]}> {
  const ids = new Set(items.flatMap(({job}) => job.trial?.id ?? []));
  const jobs: RunJob[] = [];
  const looks: TrialLook[] = [];
  for (const search of ids) {
    const members = items.filter(({job}) => job.trial?.id === search);
    // A run that somebody stopped ends the search until it is resumed.
    if (!members.every(({job, run}) => isLookedAt(job, run.status))) continue;
    const ended = await endedTrials(members);
    const next = nextTrials(ended, members, parallel);
    jobs.push(...next);
    looks.push({search, best: bestOf(ended), isEnded: next.length === 0});
  }
  return {jobs, looks};
}

/** The trials by number, then by round. */
async function endedTrials(members: readonly QueueItem[]): Promise<EndedTrial[]> {
  const trials = await mapLimited(runsByTrial(members), async runs => {
    const {trial, experiment, variant} = runs[0]!.job;
    const {search} = trial!;
    const sign = isHigherBetter(search) ? 1 : -1;
    const scores = await mapLimited(runs, async ({folder, run}) =>
      folder === undefined || !hasResult(run.status)
        ? Number.NaN
        : sign * (await searchValue(search, new RunFolder(folder), run)),
    );
    const score = mean(scores);
    const values = Object.fromEntries(Object.keys(search.space).map(key => [key, variant[key]!]));
    return {name: experiment.name, trial: trial!, values, score};
  });
  return trials.sort((a, b) => order(a.trial) - order(b.trial));
}

/** The runs of each trial in each round: its seeds and folds. */
function runsByTrial(members: readonly QueueItem[]): readonly (readonly QueueItem[])[] {
  return [...groupBy(members, item => order(item.job.trial!)).values()];
}

/** Sorts trials by round, then by number. */
function order({round, number}: JobTrial): number {
  return 10_000 * round + number;
}

/** The best trials of the last round first; those without a value are left out. */
function ranked(ended: readonly EndedTrial[]): EndedTrial[] {
  const round = Math.max(...ended.map(({trial}) => trial.round));
  return ended
    .filter(({trial, score}) => trial.round === round && !Number.isNaN(score))
    .sort((a, b) => b.score - a.score);
}

function bestOf(ended: readonly EndedTrial[]): TrialLook['best'] {
  const [best] = ranked(ended);
  if (best === undefined) return undefined;
  const {name, trial, score} = best;
  return {name, value: isHigherBetter(trial.search) ? score : -score};
}

/** The jobs of the trials that follow from the results. */
function nextTrials(
  ended: readonly EndedTrial[],
  members: readonly QueueItem[],
  parallel: number,
): RunJob[] {
  const {trial} = ended[0]!;
  // Every trial failed: so would the next.
  if (ranked(ended).length === 0) return [];
  const templates = templatesOf(members);
  switch (trial.search.method) {
    case 'random':
      return [];
    case 'halving':
      return promoted(ended).flatMap(({trial: last, values}) =>
        jobsOf({...last, round: last.round + 1}, values, templates),
      );
    case 'tpe': {
      const atOnce = Math.max(1, Math.floor(parallel / templates.length));
      return proposed(ended, templates, atOnce);
    }
  }
}

/** The best trials of the last round, as many as the next round has. */
function promoted(ended: readonly EndedTrial[]): EndedTrial[] {
  const {search, epochs} = ended[0]!.trial;
  const round = Math.max(...ended.map(({trial}) => trial.round));
  return ranked(ended).slice(0, roundsOf(search, epochs)[round + 1]?.trials ?? 0);
}

function proposed(
  ended: readonly EndedTrial[],
  templates: readonly RunJob[],
  atOnce: number,
): RunJob[] {
  const {trial} = ended[0]!;
  const {search} = trial;
  const last = Math.max(...ended.map(({trial: {number}}) => number));
  const count = Math.min(atOnce, search.runs - ended.length);
  const taken = new Set(ended.map(({values}) => valuesKey(values)));
  const pending: Values[] = [];
  const jobs: RunJob[] = [];
  for (let number = last + 1; number <= last + count; number++) {
    const jobsWith = (values: Values): RunJob[] => jobsOf({...trial, number}, values, templates);
    const values = tpeValues(
      ...([search, number, ended, pending] as const),
      drawn => taken.has(valuesKey(drawn)) || jobsWith(drawn).length === 0,
    );
    if (values === undefined) break;
    taken.add(valuesKey(values));
    pending.push(values);
    jobs.push(...jobsWith(values));
  }
  return jobs;
}

/** The jobs of one trial, one for each seed and fold; of all trials one that has the most. */
function templatesOf(members: readonly QueueItem[]): readonly RunJob[] {
  const groups = runsByTrial(members);
  const most = Math.max(...groups.map(({length}) => length));
  return groups.find(({length}) => length === most)!.map(({job}) => job);
}

/** The jobs of a trial; none where no experiment has its values, or none that fits into memory. */
function jobsOf(trial: JobTrial, values: Values, templates: readonly RunJob[]): RunJob[] {
  const {variants, problems} = trialExperiment(trial, values);
  const [drawn] = variants;
  if (drawn === undefined || problems.length > 0) return [];
  try {
    assertFitsMemory(drawn.experiment, machineMemory());
  } catch {
    return [];
  }
  return templates.map(template => ({
    ...template,
    ...{trial, variant: drawn.variant},
    experiment: withSettingsOf(template.experiment, drawn.experiment),
  }));
}
