import {listExperiments} from '../experiment/load.js';
import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {experimentParameters} from '../model/shapes.js';
import type {ExitCode} from '../util/exit-codes.js';
import {fraction, printable, thousands} from '../util/format.js';
import type {Streams} from './streams.js';
import {textTable} from './table.js';

/** Lists the experiments of a folder with what their latest run said. */
export async function runList(folder: string, runs: string, {stdout}: Streams): Promise<ExitCode> {
  const [experiments, records] = await Promise.all([listExperiments(folder), listRuns(runs)]);
  const rows = experiments.map(({name, parsed, error}) => {
    if (parsed === undefined) return [name, '', '', printable(firstLine(error?.message ?? '')), ''];
    const {file, variants} = parsed;
    const parameters = variants.map(({experiment}) => experimentParameters(experiment));
    const latest = records.find(({info}) => !isBroken(info) && info.file === file.name);
    return [
      name,
      String(variants.length),
      range(parameters),
      printable(file.description),
      latest === undefined ? '-' : resultText(latest),
    ];
  });
  stdout.write(
    textTable(['EXPERIMENT', 'RUNS', 'PARAMETERS', 'DESCRIPTION', 'LATEST'], rows, [1, 2]),
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

/** `completed Male 0.885 Smiling 0.860`: the status and the validation accuracy of each head. */
export function resultText({state, status}: RunRecord): string {
  const heads = state.models.flatMap(({heads: names, final}) =>
    final === undefined
      ? []
      : names.map(head => `${head} ${fraction(final.validation.heads[head]?.accuracy ?? NaN, 3)}`),
  );
  const shown = heads.length > 4 ? [...heads.slice(0, 4), '…'] : heads;
  return [status, ...shown].join(' ');
}
