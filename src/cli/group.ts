import {existsSync} from 'node:fs';
import path from 'node:path';
import {findRuns} from '../app/find-runs.js';
import {assertNotWithout} from '../util/given-flags.js';
import {writeGroupExperiment} from '../app/group-experiment.js';
import {assertEnoughRuns} from '../app/plan-search.js';
import {comparedGroups, type ComparedGroups} from '../compare/grouping/compared-groups.js';
import {groupCosts, type CostMeasure} from '../compare/grouping/group-costs.js';
import {costOf, type Affinities, type GroupBudget} from '../compare/grouping/grouping.js';
import {affinitiesOfHeads, readAffinityFile} from '../compare/grouping/read-affinities.js';
import {selectGroups, type SelectedGroups} from '../compare/grouping/select-groups.js';
import {foldsOf} from '../experiment/folds.js';
import {loadExperiment} from '../experiment/load.js';
import type {Experiment} from '../experiment/schema.js';
import {readResolved} from '../experiment/stringify.js';
import {clusterOrder} from '../compare/statistics/cluster-order.js';
import {
  matrixTable,
  groupTable,
  namedGroups,
  type SetCosts,
} from '../report/tables/group-tables.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {textTable} from '../util/table.js';
import {UserError} from '../util/user-error.js';
import type {CommandContext} from './command.js';
import type {TrainFlags} from './group-run.js';

export type GroupFlags = TrainFlags & {
  readonly affinity?: string;
  readonly groups?: number;
  readonly budget?: {
    readonly measure: CostMeasure;
    readonly limit: number;
    /** As it was typed. */
    readonly text: string;
  };
  readonly controls: number;
  readonly name?: string;
  readonly set: readonly string[];
  readonly run: boolean;
};

type Folders = {
  /** Folder in which experiments are found by name. */
  readonly folder: string;
  /** The experiment is written below it. */
  readonly workingFolder: string;
};

/** Affinities with what they are about. */
type Source = {
  readonly affinities: Affinities;
  /** The run or the file that they are from. */
  readonly from: string;
  /** Where they are compared with nothing, they need no experiment. */
  readonly experiment: Experiment | undefined;
};

const DEFAULT_GROUPS = 3;
const DEFAULT_MAX_RUNS = 50;
const NO_GROUPS =
  'No set of groups within --groups and --budget scores more than one network with all heads, so there are no groups to test.';

/** A matrix of more heads is for the screen of a report. */
const MOST_PRINTED = 16;

/** Chooses groups of heads, prints them, and trains the experiment that tests them where that is asked for. */
export async function runGroup(
  name: string | undefined,
  flags: GroupFlags,
  folders: Folders,
  context: CommandContext,
): Promise<ExitCode> {
  const chosen = await chooseGroups(name, flags, folders);
  const {file} = chosen;
  const {stdout} = context;
  const isTrained = flags.run && file !== undefined;
  if (!isTrained || !flags.json)
    stdout.write(flags.json ? `${JSON.stringify(chosenJson(chosen))}\n` : chosenText(chosen));
  if (!isTrained) return 0;
  const {trainGroups} = await import('./group-run.js');
  const maxRuns = flags.untilDecided ? (flags.maxRuns ?? DEFAULT_MAX_RUNS) : undefined;
  return trainGroups(file, {...flags, maxRuns}, {folder: folders.folder, context});
}

/**
 * Chooses groups of heads, and writes the experiment that tests them.
 *
 * @throws UserError where the affinities are of no use, or nothing fits the options.
 */
export async function chooseGroups(
  name: string | undefined,
  flags: GroupFlags,
  {folder, workingFolder}: Folders,
): Promise<Chosen> {
  assertFlags(name, flags);
  const {affinities, from, experiment} = await findSource(name, flags, folder);
  const most = groupLimit(affinities, flags.groups);
  const costs = experiment && {
    parameters: groupCosts(experiment, 'parameters'),
    time: groupCosts(experiment, 'time'),
  };
  const sets = selectGroups(affinities.matrix, most, budgetOf(flags, affinities, costs));
  const chosen = {affinities, sets, costs, isRun: flags.run};
  const groups = namedGroups(sets.at(-1)!.groups, affinities.names);
  if (experiment === undefined || groups.length === 1)
    return {...chosen, compared: [], file: undefined};
  const {controls} = flags;
  const compared = comparedGroups(groups, affinities.names, {
    ...{controls, seed: experiment.training.seed},
  });
  if (flags.untilDecided)
    assertEnoughRuns(
      flags.maxRuns ?? DEFAULT_MAX_RUNS,
      compared.length,
      compared.length * foldsOf(experiment).length,
    );
  const origin = {
    affinities: from,
    trainings: flags.affinity === undefined ? 1 : undefined,
    name: flags.name,
  };
  const file = await writeGroupExperiment(experiment, compared, origin, workingFolder);
  return {...chosen, compared, file};
}

type Chosen = {
  readonly affinities: Affinities;
  readonly sets: readonly SelectedGroups[];
  readonly costs: SetCosts | undefined;
  readonly compared: readonly ComparedGroups[];
  readonly file: string | undefined;
  readonly isRun: boolean;
};

/** @throws UserError where an option needs another one. */
function assertFlags(name: string | undefined, flags: GroupFlags): void {
  const experimentFlag = flags.run ? '--run' : flags.name === undefined ? undefined : '--name';
  if (flags.affinity !== undefined && name === undefined && experimentFlag !== undefined)
    throw new UserError(
      `group: ${experimentFlag} needs an experiment, which a file of affinities does not have.`,
      {
        hint: `Name one with these heads: celeba-tui group EXPERIMENT --affinity FILE ${experimentFlag}`,
      },
    );
  const ofSearch = {
    '--difference': flags.difference !== undefined,
    '--max-runs': flags.maxRuns !== undefined,
  };
  if (!flags.run)
    assertNotWithout('group', '--run', {
      ...{'--data': flags.data !== undefined, '--repeat': flags.repeat !== undefined},
      ...{'--until-decided': flags.untilDecided, ...ofSearch, '--jobs': flags.jobs !== undefined},
    });
  if (!flags.untilDecided) assertNotWithout('group', '--until-decided', ofSearch);
  else if (flags.repeat !== undefined)
    throw new UserError('group: --until-decided adds seeds. Expected no --repeat with it.', {
      hint: 'Limit the runs with --max-runs N, or leave --until-decided out.',
    });
}

/** @throws UserError where the run or the file has no usable affinities. */
async function findSource(
  name: string | undefined,
  {affinity, runs, set}: GroupFlags,
  folder: string,
): Promise<Source> {
  if (affinity !== undefined) {
    const affinities = await readAffinityFile(affinity);
    if (name === undefined) return {affinities, from: affinity, experiment: undefined};
    const {variants} = await loadExperiment(name, folder, set);
    const {experiment} = variants[0]!;
    return {
      affinities: affinitiesOfHeads(affinities, experiment.data.heads, affinity, name),
      ...{from: path.basename(affinity), experiment},
    };
  }
  if (name === undefined)
    throw new UserError('group: expected a run, or a file of affinities.', {
      hint: 'For example: celeba-tui group latest. celeba-tui runs lists the runs.',
    });
  if (set.length > 0)
    throw new UserError('group: --set changes an experiment, and a run stays as it was.', {
      hint: 'Leave --set out, or name an experiment with a file of affinities: celeba-tui group EXPERIMENT --affinity FILE --set …',
    });
  const [run] = await findRuns([name], runs);
  const file = run!.folder.affinity;
  if (!existsSync(file))
    throw new UserError(`${run!.folder.id}: this run measured no affinities.`, {
      hint: 'Run a multi-output experiment with --set "training.affinity={method: tag}", or name a file: --affinity FILE',
    });
  const experiment = readResolved(run!.folder.experiment);
  const affinities = await readAffinityFile(file);
  return {
    affinities: affinitiesOfHeads(affinities, experiment.data.heads, file, experiment.name),
    ...{from: run!.folder.id, experiment},
  };
}

/** @throws UserError where there are more groups than heads. */
function groupLimit({names}: Affinities, wanted: number | undefined): number {
  if (wanted === undefined) return Math.min(DEFAULT_GROUPS, names.length);
  if (wanted <= names.length) return wanted;
  throw new UserError(
    `--groups ${wanted}: there are ${names.length} heads. Expected at most ${names.length} groups.`,
    {
      hint: `With as many groups as heads, a head still may be in several: --groups ${names.length}`,
    },
  );
}

/** @throws UserError where nothing fits the budget. */
function budgetOf(
  {budget}: GroupFlags,
  {names}: Affinities,
  costs: SetCosts | undefined,
): GroupBudget | undefined {
  if (budget === undefined) return undefined;
  if (costs === undefined)
    throw new UserError('--budget: what groups cost depends on the network.', {
      hint: 'Name the experiment, too: celeba-tui group EXPERIMENT --affinity FILE --budget …',
    });
  const cost = costs[budget.measure];
  const heads = names.map((_, head) => head);
  // Each head in a single one of two networks: no two groups cost less.
  const least = costOf(cost, [heads.slice(1), heads.slice(0, 1)]);
  if (budget.limit >= least - 1e-9) return {...cost, limit: budget.limit};
  throw new UserError(
    `--budget ${budget.text}: no grouping fits. Expected ${budget.measure}=${(Math.ceil(100 * least) / 100).toFixed(2)}x or more, which two networks take.`,
    {hint: `One network with all heads has 1x; each group has a network of its own.`},
  );
}

function chosenText({affinities, sets, costs, compared, file, isRun}: Chosen): string {
  const {names} = affinities;
  const proposed = sets.at(-1)!;
  const isExact = sets.every(({score, bound}) => bound === score);
  return [
    ...(names.length > MOST_PRINTED
      ? [`${names.length} heads; --json prints their affinities.\n`]
      : [
          'Affinities: how much the head of a column helps that of a row\n',
          textTable(matrixTable(affinities)),
        ]),
    `\nThe best sets of groups; * is proposed${isExact ? '' : '. Found by local search; no set scores more than "at most"'}\n`,
    textTable(groupTable(affinities, sets, costs)),
    ...(costs === undefined
      ? []
      : [
          'Costs are relative to one network with all heads; time is estimated by multiplications for an image.\n',
        ]),
    ...(proposed.groups.length === 1
      ? [
          names.length === 2
            ? '\nTwo heads share one network or have two: there are no groups to choose.\n'
            : `\n${NO_GROUPS}\n`,
          'A matrix compares one network with separate ones: {model.kind: [multi-output, separate]}\n',
        ]
      : []),
    ...(file === undefined
      ? []
      : [
          `\n${printable(file)} compares ${compared.map(({name}) => name).join(', ')}.\n`,
          ...(isRun
            ? []
            : ['To train it and read the verdict: add --run, or --run --until-decided\n']),
        ]),
  ].join('');
}

function chosenJson({affinities, sets, costs, compared, file}: Chosen): object {
  const {names, matrix} = affinities;
  return {
    names,
    matrix,
    order: clusterOrder(matrix).map(head => names[head]),
    sets: sets.map(({groups, groupOf, headScores, score, bound}) => ({
      ...{groups: namedGroups(groups, names), score, bound, gap: bound - score},
      ...(costs && {
        parameters: costOf(costs.parameters, groups),
        time: costOf(costs.time, groups),
      }),
      heads: Object.fromEntries(
        names.map((name, head) => [name, {group: groupOf[head], score: headScores[head]}]),
      ),
    })),
    experiment: file ?? null,
    compared,
  };
}
