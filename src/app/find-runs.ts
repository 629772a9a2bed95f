import path from 'node:path';
import {
  isBroken,
  listRuns,
  recordMadeAs,
  withoutCopies,
  type RunRecord,
} from '../runs/run-record.js';
import {nearest} from '../util/nearest.js';
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
    return startedTogether(name, run, records);
  });
  return [...new Map(runsOfNames.map(record => [record.folder.id, record])).values()];
}

/** Returns them oldest first, in the order in which they ran. */
function startedTogether(
  name: string,
  run: RunRecord,
  records: readonly RunRecord[],
): readonly RunRecord[] {
  const wanted = path.basename(name);
  if (wanted === run.folder.id || isBroken(run.info)) return [run];
  const {batch} = run.info;
  if (batch === undefined || !experimentNames(run).includes(wanted)) return [run];
  return withoutCopies(records)
    .filter(
      record =>
        !isBroken(record.info) &&
        record.info.batch === batch &&
        experimentNames(record).includes(wanted),
    )
    .reverse();
}

function findRun(name: string, records: readonly RunRecord[], runs: string): RunRecord {
  const wanted = path.basename(name);
  const [latest] = withoutCopies(records);
  if (wanted === 'latest' && latest !== undefined) return latest;
  const exact =
    recordMadeAs(wanted, records) ??
    withoutCopies(records).find(record => experimentNames(record).includes(wanted));
  if (exact !== undefined) return exact;
  const prefixed = records.filter(({folder}) => folder.id.startsWith(wanted));
  const [only] = prefixed;
  if (only !== undefined && prefixed.length === 1) return only;
  if (prefixed.length > 1) {
    throw new UserError(
      `${name}: ${prefixed.length} runs begin like this: ${prefixed
        .slice(0, 5)
        .map(({folder}) => folder.id)
        .join(', ')}.`,
      {
        hint: 'Use a longer prefix.',
      },
    );
  }
  const near = nearest(
    wanted,
    records.flatMap(record => [record.folder.id, ...experimentNames(record), 'latest']),
  );
  throw new UserError(
    `${name}: no such run in ${runs}. Expected a run id, a unique prefix of one, the name of an experiment, or latest.`,
    {
      hint: near === undefined ? 'celeba-tui runs lists them.' : `Did you mean ${near}?`,
    },
  );
}

function experimentNames({info}: RunRecord): string[] {
  return isBroken(info) ? [] : [info.experiment, info.file];
}
