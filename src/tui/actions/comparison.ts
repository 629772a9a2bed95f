import path from 'node:path';
import type {Comparison} from '../../compare/comparison.js';
import {
  headMetricKeys,
  overallMetricKeys,
  sliceMetricKeys,
  type Metric,
} from '../../experiment/metrics.js';
import type {TuiController} from '../controller.js';
import type {Snapshot} from '../state/snapshot.js';
import {bindingsWith} from '../keys/binding.js';
import {clamped, turned} from '../state/lists.js';
import {top} from './navigation.js';

/** Why there is no table of slices. */
export const NO_SLICES =
  'These runs have no slices. Run them with evaluation.slices: [Male] or other attributes of the data.';

function cannotWithoutComparison({comparison}: Snapshot): string | undefined {
  return comparison.result === undefined ? 'There is nothing to compare yet.' : undefined;
}

/** Writes a comparison as a page, Markdown, CSV and JSON, and says where. */
export async function writeComparison(
  controller: TuiController,
  comparison: Comparison,
): Promise<void> {
  const folder = await controller.services.saveComparison(comparison);
  controller.notify(
    `HTML, Markdown, CSV and JSON written to ${path.relative('.', folder)}`,
    'good',
  );
}

/** Metrics of slices are offered where the runs have slices. */
function metricsOf({comparison}: Snapshot): readonly Metric[] {
  const hasSlices = (comparison.result?.slices.length ?? 0) > 0;
  return [...headMetricKeys, ...(hasSlices ? sliceMetricKeys : []), ...overallMetricKeys];
}

/** Also where other runs have taken the place of those that had the compared metric. */
function cannotTurnMetric(snapshot: Snapshot): string | undefined {
  return snapshot.comparison.error === undefined ? cannotWithoutComparison(snapshot) : undefined;
}

/** Compares by another metric, and begins again after the last. @param step 1 or -1. */
function turnMetric(controller: TuiController, step: 1 | -1): void {
  const snapshot = controller.snapshot.get();
  const shown = snapshot.state.metric ?? snapshot.comparison.result?.metric ?? 'accuracy';
  controller.change({metric: turned(metricsOf(snapshot), shown, step), columnPage: 0});
}

function cannotShowSlices(snapshot: Snapshot): string | undefined {
  const hasNone = snapshot.comparison.result?.slices.length === 0;
  return hasNone ? NO_SLICES : cannotWithoutComparison(snapshot);
}

function showHeads(controller: TuiController, by: number): void {
  const heads = controller.snapshot.get().comparison.result?.heads.length ?? 0;
  controller.change(({firstHead}) => ({firstHead: clamped(firstHead + by, 0, heads - 1)}));
}

/** What keys do on the comparison. */
export const comparisonKeys = bindingsWith({screens: ['compare']}, [
  {
    keys: ['a'],
    label: 'all columns',
    help: 'Show or hide the columns in which all runs are equal.',
    act: controller => controller.change(({allColumns}) => ({allColumns: !allColumns})),
    cannot: cannotWithoutComparison,
  },
  {
    keys: ['m'],
    label: 'metric',
    help: 'Compare by the next metric: accuracy, F1, ROC-AUC and others, the worst slice where the runs have slices, then means over heads, delta-m and mean rank.',
    act: controller => turnMetric(controller, 1),
    cannot: cannotTurnMetric,
  },
  {
    keys: ['M'],
    help: 'Compare by the previous metric.',
    act: controller => turnMetric(controller, -1),
    cannot: cannotTurnMetric,
  },
  {
    keys: ['s'],
    label: ({state: {slices}}) => (slices ? 'runs' : 'slices'),
    help: 'Show the slices of a head (evaluation.slices), or the runs again.',
    act: controller => controller.change(({slices}) => ({slices: !slices, ...top})),
    cannot: cannotShowSlices,
  },
  {
    keys: [']'],
    label: 'next head',
    help: 'Show the curves, or the slices, of the next head.',
    act: controller => showHeads(controller, 1),
  },
  {
    keys: ['['],
    help: 'Show the curves, or the slices, of the previous head.',
    act: controller => showHeads(controller, -1),
  },
  {
    isDeliberate: true,
    keys: ['w'],
    label: 'write',
    help: 'Write the comparison to files.',
    act: (controller, {comparison: {result}}) => {
      if (result !== undefined) controller.background(() => writeComparison(controller, result));
    },
    cannot: cannotWithoutComparison,
  },
]);
