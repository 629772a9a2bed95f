import {Comparer} from '../../compare/comparer.js';
import type {Comparison} from '../../compare/comparison.js';
import type {RunMetrics} from '../../compare/run-metrics.js';
import type {Metric} from '../../experiment/metrics.js';
import {RunFolder} from '../../runs/run-folder.js';
import type {InfoReading} from '../../runs/run-info.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {UntilDecided} from '../../runs/searches.js';
import {answerRequests} from '../../util/worker.js';

/** A record as it goes to another thread. */
export type SentRecord = InfoReading &
  Omit<RunRecord, 'folder' | keyof InfoReading> & {readonly path: string};

export type CompareQuestion =
  | {readonly measure: SentRecord}
  | {
      readonly compare: {
        readonly records: readonly SentRecord[];
        readonly metric: Metric | undefined;
        readonly untilDecided: UntilDecided | undefined;
      };
    }
  | {readonly save: SaveQuestion};
/** A comparison to write into the folder of the runs. */
export type SaveQuestion = {
  readonly comparison: Comparison;
  readonly runs: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly version: string;
};
export type CompareAnswer =
  | {readonly run: RunMetrics}
  | {readonly comparison: Comparison}
  /** Path of the folder that was written. */
  | {readonly saved: string};

function received({path, ...rest}: SentRecord): RunRecord {
  return {...rest, folder: new RunFolder(path)};
}

const comparer = new Comparer();

answerRequests<CompareQuestion, CompareAnswer>(async question => {
  if ('measure' in question) {
    const {run} = await comparer.measure(received(question.measure));
    return {run};
  }
  if ('save' in question) {
    const {comparison, runs, now, version} = question.save;
    const {saveComparison} = await import('../../report/page/save.js');
    return {saved: await saveComparison(comparison, runs, {now: () => now, version})};
  }
  const {records, metric, untilDecided} = question.compare;
  return {comparison: await comparer.compare(records.map(received), {metric, untilDecided})};
});
