import type {QueueItem} from '../runs/queue/queue-state.js';
import {hasResult, isEnded, isFailed} from '../runs/status.js';
import {checkExpectations} from '../experiment/expectations.js';
import type {ExitCode} from '../util/exit-codes.js';

/** Expectations of finished runs that were not met, as sentences. */
export function unmetExpectations(items: readonly QueueItem[]): string[] {
  return items
    .filter(({run}) => hasResult(run.status))
    .flatMap(({job, run}) => {
      const metrics = Object.fromEntries(
        run.models.flatMap(({heads, final}) =>
          heads.map(head => [
            head,
            {train: final?.train.heads[head], validation: final?.validation.heads[head]},
          ]),
        ),
      );
      return checkExpectations(job.experiment.expect, metrics).map(text => `${run.id}: ${text}`);
    });
}

/**
 * One code for a whole queue: an interruption first, then what the failures have in common; 1
 * where they differ or an expectation was not met.
 */
export function queueExitCode(
  items: readonly QueueItem[],
  interrupted: boolean,
  unmet: number,
): ExitCode {
  if (interrupted) return 130;
  const codes = new Set(
    items.filter(({run}) => isFailed(run.status)).map(({run}) => run.failure?.exitCode ?? 1),
  );
  if (codes.size === 1) return [...codes][0] as ExitCode;
  if (codes.size > 1 || unmet > 0) return 1;
  return items.some(({run}) => isEnded(run.status) && !hasResult(run.status)) ? 130 : 0;
}
