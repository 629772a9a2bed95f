import type {Group} from '../../compare/groups.js';
import {headAccuracies} from '../../runs/run-state.js';
import type {RunRecord} from '../../runs/run-record.js';
import {isActive, statusText} from '../../runs/status.js';
import {oneLine} from '../../util/format.js';
import {statusSign} from './run-text.js';
import {ownValue} from '../../util/own-value.js';

/** What the log of a run without predictions says about a head. */
type PartialMetrics = {
  /** Validation accuracy of the last epoch, 0 to 1. */
  readonly accuracy: number;
  /** Sign of the run's status: shows that the number is not a result. */
  readonly sign: string;
};

/** The metrics of a group none of whose runs has ended; undefined if the logs have no metrics. */
export function partialMetrics(
  {runs, heads}: Group,
  head: string,
  records: readonly RunRecord[],
): PartialMetrics | undefined {
  if (ownValue(heads, head) !== undefined) return undefined;
  for (const {id} of runs) {
    const record = records.find(({folder}) => folder.id === id);
    if (record === undefined) continue;
    const headAccuracy = headAccuracies(record.state).find(candidate => candidate.head === head);
    if (headAccuracy !== undefined && Number.isFinite(headAccuracy.accuracy))
      return {accuracy: headAccuracy.accuracy, sign: statusSign(record.status).text};
  }
  return undefined;
}

/** Says for each run that the verdict leaves out what its numbers are. */
export function partialNotes(
  groups: readonly Group[],
  records: readonly RunRecord[],
): readonly string[] {
  return groups.flatMap(group =>
    group.runs.flatMap(({id, problem}) => {
      if (problem === undefined) return [];
      const record = records.find(({folder}) => folder.id === id);
      const epoch = Math.max(0, ...(record?.state.models.map(lastEpoch) ?? []));
      if (record === undefined || epoch === 0) return [`${group.name}: ${oneLine(problem)}.`];
      const sign = statusSign(record.status).text;
      const word = isActive(record.status) ? 'in progress' : statusText(record.status);
      const of = `epoch ${epoch} of ${record.state.epochs}`;
      return [
        `${sign} ${group.name}: ${word} after ${of}, with the metrics of that epoch; the verdict leaves it out.`,
      ];
    }),
  );
}

function lastEpoch({history}: RunRecord['state']['models'][number]): number {
  return history.at(-1)?.epoch ?? 0;
}
