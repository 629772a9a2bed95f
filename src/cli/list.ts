import {listExperiments} from '../experiment/load.js';
import {listRuns} from '../runs/run-record.js';
import {experimentParameters} from '../model/shapes.js';
import type {ExitCode} from '../util/exit-codes.js';
import {oneLine, thousands} from '../util/format.js';
import {textTable} from '../util/table.js';
import {resultText} from './runs.js';
import type {Streams} from '../app/streams.js';

/** Lists the experiments of a folder with their latest results. */
export async function runList(
  folder: string,
  runs: string,
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const [experiments, records] = await Promise.all([listExperiments(folder), listRuns(runs)]);
  const rows = experiments.map(({name, parsed, error}) => {
    if (parsed === undefined)
      return [name, '', '', `broken: ${error?.message.split('\n')[0] ?? ''}`, ''];
    const {file, variants} = parsed;
    const parameters = variants.map(({experiment}) => experimentParameters(experiment));
    const latest = records.find(({info}) => info?.file === file.name);
    return [
      name,
      String(variants.length),
      rangeText(parameters),
      file.description,
      latest === undefined ? '-' : resultText(latest),
    ];
  });
  for (const {folder, fault} of records)
    if (fault !== undefined) stderr.write(`note: ${oneLine(folder.id)}: ${oneLine(fault)}\n`);
  stdout.write(
    textTable({
      header: ['EXPERIMENT', 'RUNS', 'PARAMETERS', 'DESCRIPTION', 'LATEST'],
      rows,
      right: [1, 2],
    }),
  );
  return 0;
}

function rangeText(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? thousands(low) : `${thousands(low)}-${thousands(high)}`;
}
