import type {Streams} from '../../app/streams.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {oneLine, thousands} from '../../util/format.js';
import {findExperimentsFolder, type AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';

export const addList: AddCommand = (parent, toAction) => {
  parent
    .command('list')
    .description('list the experiments with their latest results')
    .addOption(runsOption())
    .addHelpText('after', examples('celeba-tui list'))
    .action(
      toAction(async (context, {runs}: {readonly runs: string}) =>
        runList(await findExperimentsFolder(), runs, context),
      ),
    );
};

/** Lists the experiments of a folder with their latest results. */
export async function runList(
  folder: string,
  runs: string,
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const {countRuns} = await import('../../experiment/count-runs.js');
  const {listExperiments} = await import('../../experiment/load.js');
  const {experimentParameters} = await import('../../model/shapes.js');
  const {listRuns} = await import('../../runs/run-record.js');
  const {textTable} = await import('../../util/table.js');
  const {resultText} = await import('../runs.js');
  const [experiments, records] = await Promise.all([listExperiments(folder), listRuns(runs)]);
  const rows = experiments.map(({name, parsed, error}) => {
    if (parsed === undefined)
      return [name, '', '', `broken: ${error?.message.split('\n')[0] ?? ''}`, ''];
    const {file, variants} = parsed;
    const parameters = variants.map(({experiment}) => experimentParameters(experiment));
    const latest = records.find(({info}) => info?.file === file.name);
    const result = latest === undefined ? '-' : resultText(latest);
    return [name, String(countRuns(parsed)), rangeText(parameters), file.description, result];
  });
  for (const {folder, fault} of records)
    if (fault !== undefined) stderr.write(`note: ${oneLine(folder.id)}: ${oneLine(fault)}\n`);
  const header = ['EXPERIMENT', 'RUNS', 'PARAMETERS', 'DESCRIPTION', 'LATEST'];
  stdout.write(textTable({header, rows, right: [1, 2]}));
  return 0;
}

function rangeText(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? thousands(low) : `${thousands(low)}-${thousands(high)}`;
}
