import path from 'node:path';
import {findById} from '../runs/run-folder.js';
import {listRuns, recordMadeAs, withoutCopies, type RunRecord} from '../runs/run-record.js';
import {didYouMean} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';

/**
 * Finds runs by name: an id, a prefix that fits one run only, an experiment's name (its latest run),
 * or `latest`.
 *
 * @throws UserError where a name fits no run, or several.
 */
export async function findRuns(names: readonly string[], runs: string): Promise<RunRecord[]> {
  const records = await listRuns(runs);
  return names.map(name => findRun(name, records, runs));
}

/**
 * Finds the runs to compare, each once. An experiment's name stands for all of its runs that were
 * started together with the latest: every seed of `--repeat`, every combination of its matrix.
 */
export async function findRunsToCompare(
  names: readonly string[],
  runs: string,
): Promise<RunRecord[]> {
  const records = await listRuns(runs);
  const runsOfNames = names.flatMap(name => {
    const run = findRun(name, records, runs);
    const together = startedTogether(run, records);
    const ofExperiment = together.filter(record => isExperiment(record, name));
    return isExperiment(run, name) ? ofExperiment : [run];
  });
  return [...new Map(runsOfNames.map(record => [record.folder.id, record])).values()];
}

/** A run with the runs that were started together with it, oldest first, in the order in which they ran. */
export function startedTogether(
  run: RunRecord,
  records: readonly RunRecord[],
): readonly RunRecord[] {
  const batch = run.info?.batch;
  if (batch === undefined) return [run];
  return withoutCopies(records)
    .filter(({info}) => info?.batch === batch)
    .reverse();
}

function findRun(name: string, records: readonly RunRecord[], runs: string): RunRecord {
  const wanted = path.basename(name);
  const originals = withoutCopies(records);
  const run =
    (wanted === 'latest' ? originals[0] : undefined) ??
    recordMadeAs(wanted, records) ??
    originals.find(record => isExperiment(record, wanted)) ??
    findById(wanted, records, ({folder}) => folder.id);
  if (run !== undefined) return run;
  const names = records.flatMap(record => [record.folder.id, ...experimentNames(record), 'latest']);
  throw new UserError(
    `${name}: no such run in ${runs}. Expected a run id, a unique prefix of one, the name of an experiment, or latest.`,
    {hint: didYouMean(wanted, names, 'celeba-tui runs lists them.')},
  );
}

/** Whether a name is that of the run's experiment, and not of the run itself. */
function isExperiment(record: RunRecord, name: string): boolean {
  const wanted = path.basename(name);
  return wanted !== record.folder.id && experimentNames(record).includes(wanted);
}

function experimentNames({info}: RunRecord): string[] {
  return info === undefined ? [] : [info.experiment, info.file];
}
