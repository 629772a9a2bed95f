import {compareRuns} from '../compare/comparison.js';
import {findRuns} from '../compare/find-runs.js';
import {formatComparison, type ComparisonFormat} from '../compare/formats.js';
import type {ExitCode} from '../util/exit-codes.js';
import type {Streams} from './streams.js';

/** Prints runs side by side. */
export async function runCompare(
  names: readonly string[],
  {runs, format}: {readonly runs: string; readonly format: ComparisonFormat},
  {stdout}: Streams,
): Promise<ExitCode> {
  stdout.write(formatComparison(await compareRuns(await findRuns(names, runs)), format));
  return 0;
}
