import {MEAN_OF_HEADS} from '../experiment/expectations.js';
import {metricFacts, type HeadMetric} from '../experiment/metrics.js';
import type {Search} from '../experiment/search-schema.js';
import type {EvaluatedPart} from '../experiment/parts.js';
import {measureOf} from '../experiment/search.js';
import type {RunFolder} from '../runs/run-folder.js';
import type {RunState} from '../runs/run-state.js';
import {ownValue} from '../util/own-value.js';
import {labelled} from './labelled-images.js';
import {readRunPredictions} from './predictions.js';
import {metricsOf} from './statistics/classification.js';
import {mean} from '../util/sum.js';

/** Whether a larger value of a search's metric is better. */
export function isHigherBetter(search: Pick<Search, 'metric'>): boolean {
  const {metric} = measureOf(search);
  return metric !== 'loss' && metricFacts(metric as HeadMetric).higherIsBetter;
}

/** The metric that a search looks at, of one run; NaN where the run does not have it. */
export async function searchValue(
  search: Pick<Search, 'metric'>,
  folder: RunFolder,
  {models}: Pick<RunState, 'models'>,
): Promise<number> {
  const {head, metric} = measureOf(search);
  const values =
    metric === 'loss'
      ? Object.fromEntries(
          models.flatMap(({final}) =>
            Object.entries(final?.validation.heads ?? {}).map(([name, {loss}]) => [name, loss]),
          ),
        )
      : Object.fromEntries(
          Object.entries(await readHeadMetrics(folder, 'validation')).map(([name, parts]) => [
            name,
            parts.validation?.[metric as HeadMetric] ?? Number.NaN,
          ]),
        );
  if (head !== MEAN_OF_HEADS) return ownValue(values, head) ?? Number.NaN;
  return mean(Object.values(values));
}

type HeadMetrics = Readonly<
  Record<string, Partial<Record<EvaluatedPart, Readonly<Record<HeadMetric, number>>>>>
>;

/** Every metric of each head on one part, as `readPredictions`; none where they cannot be read. */
export async function readHeadMetrics(
  folder: RunFolder,
  wanted?: EvaluatedPart,
): Promise<HeadMetrics> {
  try {
    const {part, heads} = await readRunPredictions(folder, wanted);
    return Object.fromEntries(
      [...heads].map(([head, predictions]) => [head, {[part]: metricsOf(labelled(predictions))}]),
    );
  } catch {
    return {};
  }
}
