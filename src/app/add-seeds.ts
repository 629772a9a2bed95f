import type {Comparison} from '../compare/comparison.js';
import {configHash} from '../experiment/config-hash.js';
import {foldOf} from '../experiment/folds.js';
import type {RunJob} from '../runs/queue/journal.js';
import type {QueueItem, SeedLook} from '../runs/queue/queue-state.js';
import {RunFolder} from '../runs/run-folder.js';
import type {RunRecord} from '../runs/run-record.js';
import {hasResult} from '../runs/status.js';
import {FIRST_LOOK, type UntilDecided} from '../runs/searches.js';
import {mapLimited} from '../util/map-limited.js';
import {recordOfJob} from './record-of-job.js';

export type CompareSearch = (
  records: readonly RunRecord[],
  untilDecided: UntilDecided,
) => Promise<Comparison>;

/**
 * Looks at the searches of a queue whose runs all have a result, and says which runs to add: the next
 * seed of each design that a pair is still open for. Depends on the results alone, so that a queue
 * that is resumed comes to the same decisions.
 */
export async function addSeeds(
  items: readonly QueueItem[],
  compare: CompareSearch,
): Promise<{readonly jobs: readonly RunJob[]; readonly looks: readonly SeedLook[]}> {
  const searches = new Map(
    items.flatMap(({job}) => (job.untilDecided ? [[job.untilDecided.id, job.untilDecided]] : [])),
  );
  const jobs: RunJob[] = [];
  const looks: SeedLook[] = [];
  for (const plan of searches.values()) {
    const members = items.filter(({job}) => job.untilDecided?.id === plan.id);
    // A failed or stopped run ends the search until it is resumed.
    if (!members.every(({run}) => hasResult(run.status))) continue;
    const trained = members.flatMap(({job, folder}) => (folder ? [{job, folder}] : []));
    const records = await mapLimited(trained, ({job, folder}) =>
      recordOfJob(job, new RunFolder(folder)),
    );
    const comparison = await compare(records, plan);
    const next = nextJobs(members, comparison, plan);
    jobs.push(...next);
    looks.push(lookOf(comparison, plan, next.length === 0));
  }
  return {jobs, looks};
}

function isOpen({heads}: Comparison['pairs'][number]): boolean {
  return heads.some(({sequential}) => sequential?.outcome === 'open');
}

/** The first seed of the plan that an open design lacks, for each design and fold that lacks it. */
function nextJobs(
  members: readonly QueueItem[],
  {pairs, groups}: Comparison,
  {seeds}: UntilDecided,
): RunJob[] {
  const open = new Set(pairs.filter(isOpen).flatMap(({first, second}) => [first, second]));
  const designs = groups
    .filter(({name}) => open.has(name))
    .map(({runs}) => {
      const ids = new Set(runs.map(({id}) => id));
      return members.filter(({run}) => ids.has(run.id)).map(({job}) => job);
    });
  // What is in the queue already is not added again, whatever its results are called.
  const queued = new Set(members.map(({job}) => configHash(job.experiment)));
  for (const seed of seeds) {
    const jobs = designs
      .flatMap(design => lackingJobs(design, seed))
      .filter(({experiment}) => !queued.has(configHash(experiment)));
    if (jobs.length > 0) return jobs;
  }
  return [];
}

/** The jobs of a design, one for each of its folds, that it lacks for a seed. */
function lackingJobs(design: readonly RunJob[], seed: number): RunJob[] {
  const trained = new Set(
    design
      .filter(({experiment}) => experiment.training.seed === seed)
      .map(({experiment}) => foldOf(experiment)),
  );
  const folds = new Map(design.map(job => [foldOf(job.experiment), job]));
  return [...folds]
    .filter(([fold]) => !trained.has(fold))
    .map(([, job]) => ({
      ...job,
      experiment: {...job.experiment, training: {...job.experiment.training, seed}},
    }));
}

function lookOf({pairs, groups}: Comparison, plan: UntilDecided, isEnded: boolean): SeedLook {
  const open = pairs.flatMap(pair =>
    pair.heads
      .filter(({sequential}) => sequential?.outcome === 'open')
      .map(({head}) => (pairs.length === 1 ? head : `${head} (${pair.first} - ${pair.second})`)),
  );
  const seeds = Math.max(FIRST_LOOK, ...groups.map(group => group.seeds.length));
  const isCompared = pairs.some(({notCompared}) => notCompared === undefined);
  return {search: plan.id, seeds, open, isCompared, isEnded};
}
