import {foldsOf} from '../experiment/folds.js';
import {configHash} from '../experiment/config-hash.js';
import type {RunJob} from '../runs/queue/journal.js';
import {FIRST_LOOK, type UntilDecided} from '../runs/searches.js';
import {enumerated} from '../report/text/numbers.js';
import {hexDigits, type Random} from '../util/random.js';
import {UserError} from '../util/user-error.js';
import {assertNotWithout} from '../util/given-flags.js';
import {jobsOfSeed, loadDesigns, repeatedSeeds, seedsOf, type RunOptions} from './load-jobs.js';

/** Points of accuracy, and runs of all designs together. */
const searchDefaults = {difference: 1, maxRuns: 20};

/** With more designs, the verdict has no sentence for each pair. */
const MAX_DESIGNS = 3;

/**
 * Plans a search: all seeds that the budget allows, and the jobs of those before the first look.
 *
 * @throws UserError where the options or the designs do not go together; nothing is written then.
 */
export async function planSearch(
  names: readonly string[],
  options: RunOptions,
  random: Random,
): Promise<RunJob[]> {
  assertOptions(options);
  const designs = await loadDesigns(names, options);
  assertDesigns(designs, options);
  const {difference = searchDefaults.difference, maxRuns = searchDefaults.maxRuns} = options;
  const {seed, dataSeed} = seedsOf(designs[0]!, options);
  const runsPerSeed = designs.reduce((sum, {experiment}) => sum + foldsOf(experiment).length, 0);
  assertEnoughRuns(maxRuns, designs.length, runsPerSeed);
  const plan: UntilDecided = {
    id: hexDigits(random, 8),
    difference: difference / 100,
    seeds: repeatedSeeds(seed, Math.floor(maxRuns / runsPerSeed)),
    ...(options.claim && {claim: options.claim}),
  };
  // Seed by seed: a search that is stopped early has compared as many seeds of each design.
  return plan.seeds
    .slice(0, FIRST_LOOK)
    .flatMap(runSeed =>
      designs.flatMap(design => jobsOfSeed({...design, untilDecided: plan}, runSeed, dataSeed)),
    );
}

/** @throws UserError where an option belongs to --until-decided and is used without it. */
export function assertNoSearchOptions({difference, maxRuns}: RunOptions): void {
  assertNotWithout('run', '--until-decided', {
    '--difference': difference !== undefined,
    '--max-runs': maxRuns !== undefined,
  });
}

function assertOptions({repeat, resplit}: RunOptions): void {
  if (repeat !== 1)
    throw new UserError(
      `run --until-decided adds seeds until the results decide. Expected no --repeat with it; received --repeat ${repeat}.`,
      {hint: 'Limit the seeds with --max-runs N, or leave --until-decided out.'},
    );
  if (resplit)
    throw new UserError(
      'run --until-decided tests all seeds on the same images. Expected no --resplit with it.',
      {hint: 'Leave one of the two out. With --repeat, --resplit works.'},
    );
}

function assertDesigns(designs: readonly RunJob[], options: RunOptions): void {
  const searched = designs.find(({trial}) => trial !== undefined);
  if (searched !== undefined)
    throw new UserError(
      `run --until-decided compares designs, and ${searched.file} has a search, which chooses one. Expected an experiment without a search.`,
      {hint: 'Run the search first, then compare its best trial with another experiment.'},
    );
  const names = designs.map(({experiment}) => experiment.name);
  if (designs.length < 2)
    throw new UserError(
      `run --until-decided compares designs. Expected two or three; received one, ${names.join('')}.`,
      {
        hint: 'Name a second experiment, or one with a matrix: run separate multi-output --until-decided',
      },
    );
  if (designs.length > MAX_DESIGNS && options.claim === undefined)
    throw new UserError(
      `run --until-decided compares two or three designs. Received ${designs.length}: ${enumerated(names)}.`,
      {
        hint: 'Name fewer experiments, or set a key of the matrix to one value: --set KEY=VALUE. For many designs, use --repeat.',
      },
    );
  const seeds = designs.map(design => seedsOf(design, options));
  for (const [key, values] of [
    ['training.seed', new Set(seeds.map(({seed}) => seed))],
    ['data.seed', new Set(seeds.map(({dataSeed}) => dataSeed))],
  ] as const)
    if (values.size > 1)
      throw new UserError(
        `run --until-decided trains the same seeds of each design, on the same images. Expected one ${key} in ${enumerated(names)}; received ${enumerated([...values].map(String))}.`,
        {hint: `Give them one: ${key === 'training.seed' ? '--seed 1' : '--set data.seed=1'}`},
      );
  const {seed, dataSeed} = seedsOf(designs[0]!, options);
  const hashes = new Set(
    designs.map(design => configHash(jobsOfSeed(design, seed, dataSeed)[0]!.experiment)),
  );
  if (hashes.size < designs.length)
    throw new UserError(
      `run --until-decided compares different designs. ${enumerated(names)} have the same definition.`,
      {
        hint: 'Every seed would give the same result. Change one of them, for example with another file.',
      },
    );
}

/** @throws UserError where the budget ends before the first look. */
export function assertEnoughRuns(maxRuns: number, designs: number, runsPerSeed: number): void {
  if (maxRuns >= FIRST_LOOK * runsPerSeed) return;
  const folds = runsPerSeed === designs ? '' : ', each of all its folds';
  throw new UserError(
    `--max-runs ${maxRuns}: expected ${FIRST_LOOK * runsPerSeed} or more, for ${FIRST_LOOK} seeds of ${designs} designs${folds}.`,
    {hint: 'With fewer seeds, hardly any difference can be decided.'},
  );
}
