import {readHeadMetrics} from '../compare/search-score.js';
import {
  checkExpectations,
  parseExpectation,
  type ExpectedMetric,
} from '../experiment/expectations.js';
import {answering, outputOf} from '../model/answering.js';
import type {QueueItem} from '../runs/queue/queue-state.js';
import {RunFolder} from '../runs/run-folder.js';
import {hasResult} from '../runs/status.js';
import {mapLimited} from '../util/map-limited.js';
import {ownValue} from '../util/own-value.js';

/** Words the expectations of runs with a result that were not met. */
export async function unmetExpectations(items: readonly QueueItem[]): Promise<string[]> {
  const ended = items.filter(({run}) => hasResult(run.status));
  const texts = await mapLimited(ended, async ({job, run, folder}) => {
    const {expect} = job.experiment;
    const needsPredictions = expect.some(text => !isOfEpochs(parseExpectation(text).metric));
    const measured =
      needsPredictions && folder !== undefined ? await readHeadMetrics(new RunFolder(folder)) : {};
    const results = Object.fromEntries(
      run.heads.map(head => {
        const model = answering(run.models, head);
        const final = model?.final;
        const output = outputOf(model, head);
        const {validation, test} = ownValue(measured, head) ?? {};
        return [
          head,
          {
            train: final?.train.heads[output],
            validation: {...validation, ...final?.validation.heads[output]},
            test: {...test, ...final?.test?.heads[output]},
          },
        ];
      }),
    );
    return checkExpectations(expect, results).map(text => `${run.id}: ${text}`);
  });
  return texts.flat();
}

/** Whether epochs have the metric; all others come from the predictions. */
function isOfEpochs(metric: ExpectedMetric): boolean {
  return metric === 'loss' || metric === 'accuracy';
}
