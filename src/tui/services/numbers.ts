import type {Comparison} from '../../compare/comparison.js';
import type {RunMetrics} from '../../compare/run-metrics.js';
import type {Metric} from '../../experiment/metrics.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {UntilDecided} from '../../runs/searches.js';
import {programFile} from '../../util/package-file.js';
import {inThread, Worker} from '../../util/worker.js';
import type {CompareAnswer, CompareQuestion, SentRecord} from './compare-worker.js';

/** Measures, compares and saves in a thread: predictions of 40 heads are seconds of reading. */
export class Numbers {
  readonly #thread = new Worker<CompareQuestion, CompareAnswer>(
    inThread(programFile('tui/services/compare-worker.js')),
  );

  async measure(record: RunRecord): Promise<RunMetrics> {
    const answer = await this.#thread.ask({measure: sentRecord(record)});
    if ('run' in answer) return answer.run;
    throw new Error('Expected the numbers of a run; received something else.');
  }

  /**
   * @param metric       What the verdict is about; what the runs are about where nothing is said.
   * @param untilDecided The search to which all runs belong, where they do not name it themselves.
   */
  async compare(
    records: readonly RunRecord[],
    metric?: Metric,
    untilDecided?: UntilDecided,
  ): Promise<Comparison> {
    const compare = {records: records.map(sentRecord), metric, untilDecided};
    const answer = await this.#thread.ask({compare});
    if ('comparison' in answer) return answer.comparison;
    throw new Error('Expected a comparison; received something else.');
  }

  /** Writes a comparison and its page, whose charts take seconds. @returns Path of its folder. */
  async save(
    comparison: Comparison,
    runs: string,
    options: {readonly now: number; readonly version: string},
  ): Promise<string> {
    const answer = await this.#thread.ask({save: {comparison, runs, ...options}});
    if ('saved' in answer) return answer.saved;
    throw new Error('Expected the folder of a comparison; received something else.');
  }
}

function sentRecord({folder, ...rest}: RunRecord): SentRecord {
  return {...rest, path: folder.path};
}
