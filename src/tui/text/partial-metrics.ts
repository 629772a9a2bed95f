import type {Group} from '../../compare/groups.js';
import {headAccuracies} from '../../runs/run-state.js';
import type {RunRecord} from '../../runs/run-record.js';
import {isActive, statusText} from '../../runs/status.js';
import {oneLine} from '../../util/format.js';
import {statusSign} from './run-text.js';
import {ownValue} from '../../util/own-value.js';

/** What a run without predictions knows of a head: from its log, as far as it came. */
type SoFar = {
  /** Validation accuracy of the last epoch, 0 to 1. */
  readonly accuracy: number;
  /** That of its status: the number is no result. */
  readonly sign: string;
};

/** The number of a group of which no run has come to its end; undefined where there is none. */
export function partialMetrics(
  {runs, heads}: Group,
  head: string,
  records: readonly RunRecord[],
): SoFar | undefined {
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

/** One sentence for each run that is no part of the verdict, with what its number is. */
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
