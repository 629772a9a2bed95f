import {loadExperiment, listExperiments} from '../experiment/load.js';
import type {ParsedExperiment} from '../experiment/parse.js';
import {stringifyExperiment} from '../experiment/stringify.js';
import {assertFitsMemory} from '../model/memory.js';
import {experimentParameters} from '../model/shapes.js';
import {experimentSummary} from '../model/summary.js';
import type {ExitCode} from '../util/exit-codes.js';
import {inputSizeText} from '../experiment/input-size.js';
import {printable, thousands} from '../util/format.js';
import {machineMemory} from '../util/machine-memory.js';
import {describeError} from './errors.js';
import type {Streams} from '../app/streams.js';

/** Validates experiments and prints what each resolves to; all of the folder where none is named. */
export async function runCheck(
  names: readonly string[],
  {
    folder,
    overrides,
    data,
    cacheFolder,
  }: {
    readonly folder: string;
    readonly overrides: readonly string[];
    /** Takes the place of `data.root`. */
    readonly data: string | undefined;
    readonly cacheFolder: string;
  },
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const wanted = names.length > 0 ? names : (await listExperiments(folder)).map(({name}) => name);
  let exitCode: ExitCode = 0;
  for (const name of wanted) {
    try {
      const parsed = await loadExperiment(name, folder, overrides);
      for (const {experiment} of parsed.variants) assertFitsMemory(experiment, machineMemory());
      stdout.write(checkText(parsed, stdout.columns));
      const {checkData} = await import('./check-data.js');
      await checkData(
        parsed.variants.map(({experiment}) => experiment),
        {data, cacheFolder, onNote: text => stderr.write(`note: ${name}: ${printable(text)}\n`)},
      );
    } catch (error) {
      const described = describeError(error);
      stderr.write(described.text);
      exitCode = described.exitCode;
    }
  }
  return exitCode;
}

/**
 * The resolved definition of every combination, its layers, shapes and parameter counts.
 *
 * @param columns Width of the terminal, which the tables keep to; undefined for a file or a pipe.
 */
export function checkText({path, variants}: ParsedExperiment, columns?: number): string {
  const parts = variants.map(
    ({experiment}) =>
      `# ${experiment.name} (${path}): ${thousands(experimentParameters(experiment))} parameters; images enter as ${inputSizeText(experiment.data)}\n` +
      `${stringifyExperiment(experiment)}\n${experimentSummary(experiment, columns)}`,
  );
  return `${parts.join('\n')}\n`;
}
