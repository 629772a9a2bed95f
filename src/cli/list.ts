import {listExperiments} from '../experiment/load.js';
import {isBroken, listRuns} from '../runs/run-record.js';
import {experimentParameters} from '../model/shapes.js';
import type {ExitCode} from '../util/exit-codes.js';
import {thousands} from '../util/format.js';
import {textTable} from '../util/table.js';
import {resultText} from './result-text.js';
import {writeBroken} from './runs.js';
import type {Streams} from '../app/streams.js';

/** Lists the experiments of a folder with what their latest run said. */
export async function runList(
  folder: string,
  runs: string,
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const [experiments, records] = await Promise.all([listExperiments(folder), listRuns(runs)]);
  const rows = experiments.map(({name, parsed, error}) => {
    if (parsed === undefined) return [name, '', '', firstLine(error?.message ?? ''), ''];
    const {file, variants} = parsed;
    const parameters = variants.map(({experiment}) => experimentParameters(experiment));
    const latest = records.find(({info}) => !isBroken(info) && info.file === file.name);
    return [
      name,
      String(variants.length),
      range(parameters),
      file.description,
      latest === undefined ? '-' : resultText(latest),
    ];
  });
  writeBroken(records, stderr);
  stdout.write(
    textTable({
      header: ['EXPERIMENT', 'RUNS', 'PARAMETERS', 'DESCRIPTION', 'LATEST'],
      rows,
      right: [1, 2],
    }),
  );
  return 0;
}

function firstLine(text: string): string {
  return `broken: ${text.split('\n')[0] ?? ''}`;
}

function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? thousands(low) : `${thousands(low)}-${thousands(high)}`;
}
