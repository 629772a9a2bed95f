import type {RunFact} from '../../src/runs/events.js';
import type {QueueSettings} from '../../src/runs/queue/journal.js';
import {QueueJournal} from '../../src/runs/queue/queue-journal.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {initialRunState} from '../../src/runs/run-state.js';
import {tinyExperiment} from './experiments.js';
import {right, writeRun} from './written-runs.js';

export const ends = {
  completed: {type: 'run.finished', status: 'completed', seconds: 1, peakMemoryBytes: 1},
  stopped: {type: 'run.finished', status: 'stopped', seconds: 1, peakMemoryBytes: 1},
  died: {type: 'run.failed', message: 'was ended by SIGKILL', exitCode: 4},
} as const satisfies Readonly<Record<string, RunFact>>;

/** A queue that no process works on any more, with runs that ended like this, and some that wait. */
export async function leaveQueue(
  runs: string,
  id: string,
  items: readonly (keyof typeof ends | 'queued')[],
  settings: Partial<QueueSettings> = {},
): Promise<(RunFolder | undefined)[]> {
  const folders = items.map((end, index) =>
    end === 'queued'
      ? undefined
      : writeRun(runs, {
          ...{id: `20260101-00000${index}-${id}-0001`, experiment: id, batch: id},
          heads: {Male: right(3, 4)},
          last: ends[end],
        }),
  );
  const journal = new QueueJournal(runs, id, {backend: 'auto', failFast: false, ...settings});
  const job = {experiment: tinyExperiment(), file: 'tiny', variant: {}};
  await journal.open(
    folders.map((folder, index) => {
      const key = String(index + 1);
      return {key, job, folder: folder?.path, run: initialRunState(key)};
    }),
  );
  await journal.close();
  return folders;
}
