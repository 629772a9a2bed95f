import type {Search} from './search-schema.js';

/** Trials of one round, all with so many epochs. */
type Round = {readonly trials: number; readonly epochs: number};

export const searchDefaults = {startup: 10, eta: 3};

/** With halving, so many trials or more reach the last round: the verdict compares them. */
const LEAST_FINALISTS = 2;

/**
 * The rounds of a search. Successive halving (Jamieson and Talwalkar 2016) divides the trials by eta and
 * multiplies their epochs by eta, until another round would leave fewer than two trials or begin with less
 * than an epoch. All other searches have one round.
 *
 * @param epochs Of the last round.
 */
export function roundsOf(
  {method, runs, eta = searchDefaults.eta}: Search,
  epochs: number,
): Round[] {
  if (method !== 'halving') return [{trials: runs, epochs}];
  const rounds: Round[] = [];
  for (let divisor = 1; runs / divisor >= LEAST_FINALISTS && epochs / divisor >= 1; divisor *= eta)
    rounds.push({trials: Math.floor(runs / divisor), epochs: Math.round(epochs / divisor)});
  const lengths = rounds.map(round => round.epochs).reverse();
  return rounds.map(({trials}, index) => ({trials, epochs: lengths[index]!}));
}

/** Trials whose values need no results: they are known before anything runs. */
export function knownTrials(search: Search): number {
  const {method, runs, startup = searchDefaults.startup} = search;
  return method === 'tpe' ? Math.min(runs, startup) : runs;
}

/** All trainings of a search, without folds. @param repeat Seeds of each trial. */
export function trainingsOf(search: Search, epochs: number, repeat = search.repeat): number {
  return repeat * roundsOf(search, epochs).reduce((sum, {trials}) => sum + trials, 0);
}
