import {activeItems, isQueued, type QueueState} from '../../runs/queue/queue-state.js';
import {FIRST_LOOK} from '../../runs/until-decided.js';
import {enumeratedFew} from './numbers.js';

const NAMED = 4;

/**
 * Says how far the search of a queue is: `seed 4 of at most 10, open: Smiling`. The search is that of
 * the active run, else of the next or last one; undefined where that belongs to none.
 */
export function searchText(queue: QueueState): string | undefined {
  const item = activeItems(queue)[0] ?? queue.items.find(isQueued) ?? queue.items.at(-1);
  const plan = item?.job.untilDecided;
  if (item === undefined || plan === undefined) return undefined;
  const look = queue.looks?.find(({search}) => search === plan.id);
  const seed = plan.seeds.indexOf(item.job.experiment.training.seed) + 1;
  const progress = `seed ${seed} of at most ${plan.seeds.length}`;
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
