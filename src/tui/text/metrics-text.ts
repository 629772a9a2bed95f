import {isShared} from '../../model/answering.js';
import type {SplitMetrics} from '../../runs/events.js';
import {headlineMetrics, type RunState} from '../../runs/run-state.js';
import {fraction} from '../../util/format.js';
import {widthOf} from './fit.js';

/**
 * `train: loss 0.431 · Male 0.812 · Smiling 0.790`: loss and accuracies of the images of the epoch so
 * far, of the last epoch, or of the kept weights on the
 * test or validation images. Where not all heads fit,
 * their mean.
 */
export function metricsText(run: RunState, width: number): string {
  const [name, metrics] = latestMetrics(run);
  if (metrics === undefined) return '';
  const start = `${name}: loss ${fraction(metrics.loss, 3)}`;
  const heads = Object.entries(metrics.heads);
  const texts = heads.map(([head, {accuracy}]) => `${head} ${fraction(accuracy, 3)}`);
  const whole = [start, ...texts].join(' · ');
  if (widthOf(whole) <= width) return whole;
  const mean = heads.reduce((sum, [, {accuracy}]) => sum + accuracy, 0) / heads.length;
  return `${start} · mean accuracy of ${heads.length} heads ${fraction(mean, 3)}`;
}

function latestMetrics(run: RunState): readonly [name: string, metrics: SplitMetrics | undefined] {
  const model = run.models.find(({name}) => name === run.current) ?? run.models[0];
  const isNamed = model?.heads.some(head => isShared(run.models, head)) === true;
  const of = isNamed ? ` of ${model.name}` : '';
  if (model?.final !== undefined)
    return [
      `${model.final.test === undefined ? 'validation' : 'test'}${of}`,
      headlineMetrics(model),
    ];
  return [`train${of}`, run.batch?.train ?? model?.history.at(-1)?.train];
}
