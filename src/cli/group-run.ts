import {runOptionDefaults, type RunOptions} from '../app/load-jobs.js';
import {compareRuns} from '../compare/comparison.js';
import {groupingSentence} from '../report/text/grouping-sentences.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import type {CommandContext} from './command.js';
import type {CompareQueue} from './end-queue.js';
import {runHeadless} from './run.js';

/** With fewer seeds, hardly any difference can be detected. */
const DEFAULT_SEEDS = 5;

/** How the written experiment is trained. */
export type TrainFlags = {
  readonly runs: string;
  readonly data?: string;
  readonly repeat?: number;
  readonly untilDecided: boolean;
  readonly difference?: number;
  readonly maxRuns?: number | undefined;
  readonly jobs?: number;
  readonly json: boolean;
};

/**
 * Trains the experiment that compares groupings, skips what is trained already, and ends with the verdict.
 *
 * @param file The written experiment.
 */
export async function trainGroups(
  file: string,
  flags: TrainFlags,
  {folder, context}: {readonly folder: string; readonly context: CommandContext},
): Promise<ExitCode> {
  const {runs, data, repeat, untilDecided, difference, maxRuns, jobs, json} = flags;
  const options: RunOptions = {
    ...runOptionDefaults,
    ...{folder, runs, data, json, version: context.version, needed: true},
    ...(jobs !== undefined && {jobs}),
    ...(untilDecided ? {untilDecided, claim: 'first'} : {repeat: repeat ?? DEFAULT_SEEDS}),
    ...(difference !== undefined && {difference}),
    ...(maxRuns !== undefined && {maxRuns}),
  };
  let verdict: string | undefined;
  const compare: CompareQueue = async (records, search) => {
    const comparison = await compareRuns(records, {untilDecided: search});
    verdict = comparison.grouping && groupingSentence(comparison.grouping);
    if (json)
      context.stdout.write(`${JSON.stringify({...comparison.grouping, heads: undefined})}\n`);
    return comparison;
  };
  const code = await runHeadless([file], options, context, compare);
  if (verdict !== undefined && !json) context.stdout.write(`\n${printable(verdict)}\n`);
  return code;
}
