import {InvalidArgumentError} from 'commander';
import {findExperimentsFolder, type AddCommand} from '../command.js';
import type {GroupFlags} from '../group.js';
import {dataOption, examples, points, runsOption, setOption, wholeNumber} from '../options.js';

export const addGroup: AddCommand = (parent, toAction) => {
  parent
    .command('group [run]')
    .description(
      'choose which heads should share a network, from the affinities that a run measured, and write an experiment that tests it',
    )
    .option(
      '--affinity <file>',
      'read the affinities from this JSON file; [run] is then the name of an experiment',
    )
    .option('--groups <n>', 'the most groups (default: 3)', wholeNumber(1, 64))
    .option(
      '--budget <budget>',
      'what the groups may cost, relative to one network with all heads: parameters=2x or time=1.5x',
      budget,
    )
    .option('--controls <n>', 'random groupings to compare with', wholeNumber(2, 20), 2)
    .option('--name <name>', "name of the written experiment (default: the run's with -groups)")
    .addOption(setOption())
    .addOption(runsOption())
    .option('--run', 'train the written experiment, and end with a verdict', false)
    .addOption(dataOption())
    .option('--repeat <n>', 'with --run: seeds of each grouping (default: 5)', wholeNumber(1, 1000))
    .option('--until-decided', 'with --run: add seeds until tests decide', false)
    .option(
      '--difference <points>',
      'with --until-decided: groupings that differ by less count as equal (default: 1)',
      points,
    )
    .option(
      '--max-runs <n>',
      'with --until-decided: the most runs, of all groupings together (default: 50)',
      wholeNumber(1, 1000),
    )
    .option('--jobs <n>', 'with --run: runs that train at the same time', wholeNumber(1, 256))
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      [
        '',
        'A run measures affinities with training.affinity. Groups are chosen by the rule of TAG (Fifty et al.',
        '2021); a head may be in several. Grouping helps only if the proposed groups are significantly better',
        'than one network with all heads, and than every random grouping of the same sizes.',
        examples(
          'celeba-tui group latest --groups 3 --budget parameters=2x',
          'celeba-tui group latest --run --until-decided',
          'celeba-tui group multi-output --affinity affinity.json --json',
        ),
      ].join('\n'),
    )
    .action(
      toAction(async (context, name: string | undefined, flags: GroupFlags) => {
        const {runGroup} = await import('../group.js');
        const folders = {folder: await findExperimentsFolder(), workingFolder: process.cwd()};
        return runGroup(name, flags, folders, context);
      }),
    );
};

/** Reads `parameters=2x` or `time=1.5x`. @throws InvalidArgumentError where it is neither. */
function budget(text: string): NonNullable<GroupFlags['budget']> {
  const [, measure, times] = /^(parameters|time)=(\d+(?:\.\d+)?)x?$/.exec(text) ?? [];
  if (times === undefined)
    throw new InvalidArgumentError(
      `Expected parameters=2x or time=1.5x; received ${JSON.stringify(text)}.`,
    );
  return {measure: measure as 'parameters' | 'time', limit: Number(times), text};
}
