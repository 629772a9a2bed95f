import type {RunJob} from '../runs/queue/journal.js';
import type {RunFolder} from '../runs/run-folder.js';
import {readRun, type RunRecord} from '../runs/run-record.js';

/**
 * Reads the run that answers a job. One of an earlier command, which `--needed` takes, is called as the job is,
 * so that the runs of a design stay together.
 */
export async function recordOfJob(
  {experiment: {name}, file, variant, trial, untilDecided}: RunJob,
  folder: RunFolder,
): Promise<RunRecord> {
  const record = await readRun(folder);
  const {info, state} = record;
  if (info === undefined) return record;
  return {
    ...record,
    state: {...state, experiment: name},
    info: {...info, experiment: name, file, variant, trial, untilDecided},
  };
}
