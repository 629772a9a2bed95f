import type {Experiment} from '../../experiment/schema.js';
import {modelPlans} from '../../model/plan.js';
import {layerTable, type LayerRow} from '../../model/shapes.js';
import type {GroupCosts} from './grouping.js';

/** What a network costs. */
export type CostMeasure = 'parameters' | 'time';

/**
 * What each network of a set of groups costs, relative to one network with all heads.
 *
 * `time` is an estimate: the multiplications of the weights for one image. Reading the images, and what a
 * step takes however small its network, are not in it.
 */
export function groupCosts(experiment: Experiment, measure: CostMeasure): GroupCosts {
  const whole = withAllHeads(experiment);
  const [plan] = modelPlans(whole);
  const rows = layerTable(whole, plan!);
  const all = rows.reduce((sum, row) => sum + costOfLayer[measure](row), 0);
  const relative = (some: readonly LayerRow[]): number =>
    some.reduce((sum, row) => sum + costOfLayer[measure](row), 0) / all;
  return {
    group: relative(rows.filter(({head}) => head === undefined)),
    heads: plan!.heads.map(name => relative(rows.filter(({head}) => head === name))),
  };
}

/** The experiment as one network with an output for each head. */
function withAllHeads(experiment: Experiment): Experiment {
  const {groups: _groups, answeredBy: _answer, branchAfter: _branch, ...model} = experiment.model;
  return {...experiment, model: {...model, kind: 'multi-output'}};
}

const costOfLayer: Readonly<Record<CostMeasure, (row: LayerRow) => number>> = {
  parameters: ({trainable, fixed}) => trainable + fixed,
  // A weight is multiplied once for each position of the output; frozen layers are computed once and for all.
  time: ({trainable, outputShape: [height = 1, width = 1, channels]}) =>
    trainable * (channels === undefined ? 1 : height * width),
};
