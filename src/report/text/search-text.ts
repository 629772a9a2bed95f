import {roundsOf} from '../../experiment/search-rounds.js';
import {
  activeItems,
  isQueued,
  type QueueState,
  type SeedLook,
  type TrialLook,
} from '../../runs/queue/queue-state.js';
import {type JobTrial, FIRST_LOOK} from '../../runs/searches.js';
import {enumeratedFew} from './numbers.js';
import {searchMetricTitle, searchValueText} from './search-verdict.js';

const NAMED = 4;

/**
 * Says how far the search of a queue is: `seed 4 of at most 10, open: Smiling`, `trial 12 of 30, best so far
 * search.07`. The search is that of the active run, else of the next or last one; undefined where that
 * belongs to none.
 */
export function searchText(queue: QueueState): string | undefined {
  const item = activeItems(queue)[0] ?? queue.items.find(isQueued) ?? queue.items.at(-1);
  if (item === undefined) return undefined;
  const {untilDecided: plan, trial, experiment} = item.job;
  const looks = queue.looks ?? [];
  if (trial !== undefined) {
    const look = looks.find(({search}) => search === trial.id);
    return trialText(trial, look as TrialLook | undefined);
  }
  if (plan === undefined) return undefined;
  const look = looks.find(({search}) => search === plan.id);
  const seed = plan.seeds.indexOf(experiment.training.seed) + 1;
  return seedText(seed, plan.seeds.length, look as SeedLook | undefined);
}

function seedText(seed: number, seeds: number, look: SeedLook | undefined): string {
  const progress = `seed ${seed} of at most ${seeds}`;
  // A queue that was resumed has looked before.
  if (look === undefined)
    return seed > FIRST_LOOK ? progress : `${progress}, first look after ${FIRST_LOOK}`;
  const open = enumeratedFew(look.open, NAMED);
  if (!look.isEnded) return `${progress}, open: ${open}`;
  if (!look.isCompared) return `ended after ${look.seeds} seeds: the designs cannot be compared`;
  return look.open.length === 0
    ? `decided after ${look.seeds} seeds`
    : `not decided with ${look.seeds} seeds: ${open}`;
}

/** `trial 12 of 30`, `round 2 of 3, trial 4`, with the best trial where the search has looked. */
function trialText({number, round, epochs, search}: JobTrial, look: TrialLook | undefined): string {
  const rounds = roundsOf(search, epochs);
  const progress =
    rounds.length === 1
      ? `trial ${number} of ${search.runs}`
      : `round ${round + 1} of ${rounds.length}, trial ${number}`;
  if (look === undefined) return progress;
  const best =
    look.best === undefined
      ? 'no trial has a result'
      : `${look.best.name} (${searchMetricTitle(search)} ${searchValueText(search, look.best.value)})`;
  return look.isEnded ? `search ended, best: ${best}` : `${progress}, best so far: ${best}`;
}
