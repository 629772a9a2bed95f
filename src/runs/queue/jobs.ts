import type {Experiment} from '../../experiment/schema.js';
import {deriveSeed} from '../../util/random.js';
import type {RunJob} from './journal.js';

type SeedOptions = {
  /** Takes the place of `training.seed`. */
  readonly seed?: number;
  /** Runs of each experiment, 1 or more. */
  readonly repeat?: number;
  /** Draw another sample and split for each repetition, too. */
  readonly resplit?: boolean;
};

/**
 * Each job as often as asked for, with seeds that follow from the first. All repetitions see the
 * same images in the same split unless `resplit` is set, so that only training varies.
 */
export function withSeeds(
  jobs: readonly RunJob[],
  {seed, repeat = 1, resplit = false}: SeedOptions,
): RunJob[] {
  return jobs.flatMap(job => {
    const first = seed ?? job.experiment.training.seed;
    return Array.from({length: repeat}, (_, index) => {
      const runSeed = index === 0 ? first : deriveSeed(first, `repeat/${index}`);
      const dataSeed = repeat > 1 && !resplit ? (job.experiment.data.seed ?? first) : undefined;
      return {...job, experiment: seeded(job.experiment, runSeed, dataSeed)};
    });
  });
}

function seeded(experiment: Experiment, seed: number, dataSeed: number | undefined): Experiment {
  return {
    ...experiment,
    training: {...experiment.training, seed},
    data: dataSeed === undefined ? experiment.data : {...experiment.data, seed: dataSeed},
  };
}
