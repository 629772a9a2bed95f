import type {Screen} from '../state/interface-state.js';
import type {Binding} from './binding.js';
import {chartKeys} from '../actions/charts.js';
import {commonKeys} from '../actions/common.js';
import {comparisonKeys} from '../actions/comparison.js';
import {dataKeys} from '../actions/data.js';
import {experimentKeys} from '../actions/experiments.js';
import {liveKeys} from '../actions/live.js';
import {predictionKeys} from '../actions/predictions.js';
import {runKeys} from '../actions/runs.js';

/**
 * The one table of keys: it dispatches them, draws the footer and the help, and `docs/keys.md` is
 * written from it. What only one screen does comes first, so that the footer shows it first.
 */
export const keyTable: readonly Binding[] = [
  ...experimentKeys,
  ...liveKeys,
  ...chartKeys,
  ...runKeys,
  ...comparisonKeys,
  ...predictionKeys,
  ...dataKeys,
  ...commonKeys,
];

/** The binding of a key on a screen: one of the screen's own, else one that acts everywhere. */
export function bindingFor(key: string, screen: Screen): Binding | undefined {
  const fitting = keyTable.filter(({keys}) => keys.includes(key));
  return (
    fitting.find(({screens}) => screens?.includes(screen) === true) ??
    fitting.find(({screens}) => screens === undefined)
  );
}

/** The bindings of a screen, its own first. */
export function bindingsOf(screen: Screen): readonly Binding[] {
  return [
    ...keyTable.filter(({screens}) => screens?.includes(screen) === true),
    ...keyTable.filter(({screens}) => screens === undefined),
  ];
}
