import {bestOnHead, lowestCost, SAME_TIME_WITHIN} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import type {ComparedGroup} from '../../compare/groups.js';
import type {RunRecord} from '../../runs/run-record.js';
import {duration, fraction, thousands} from '../../util/format.js';
import {partialMetrics} from './partial-metrics.js';
import {ownValue} from '../../util/own-value.js';

/** One column of the table of compared runs: its title, and the text of each run. */
export type CompareColumn = {
  readonly title: string;
  readonly cells: readonly string[];
  /** Index of the group that the verdict, or its cost, calls best; undefined where none is. */
  readonly best: number | undefined;
  readonly align: 'left' | 'right';
};

type Measure = {
  readonly title: string;
  readonly value: (run: ComparedGroup) => number;
  readonly text: (value: number, run: ComparedGroup) => string;
  /** Name of the best group; undefined where the verdict calls none best. */
  readonly best: string | undefined;
};

/**
 * The columns of a comparison, the names first; those in which all runs are the same only when
 * asked for.
 *
 * @param records   The runs themselves, for what those say that have not come to their end.
 * @param intervals Whether accuracies come with their intervals.
 */
export function compareColumns(
  comparison: Comparison,
  all: boolean,
  records: readonly RunRecord[],
  intervals = true,
): readonly CompareColumn[] {
  const {groups} = comparison;
  const names: CompareColumn = {
    title: 'Run',
    cells: groups.map(({name}) => name),
    best: undefined,
    align: 'left',
  };
  const measured = (measures: readonly Measure[]): readonly CompareColumn[] =>
    measures.map(measure => measureColumn(measure, groups));
  // What people came for stands at the left: on a narrow screen the right end has no room.
  const rest = [
    ...measured(
      headsOf(comparison, records).map(head =>
        validationMeasure(head, intervals, records, bestOnHead(head, groups, comparison.verdict)),
      ),
    ),
    ...measured(costMeasures(groups)),
    textColumn('Status', groups, ({runs}) => [...new Set(runs.map(run => run.status))].join(' ')),
    textColumn('Seeds', groups, ({seeds}) => String(seeds.length)),
    ...measured(comparison.heads.map(trainMeasure)),
    textColumn('Id', groups, ({runs}) => runs[0]?.id ?? ''),
  ];
  return [names, ...rest.filter(column => all || varies(column))];
}

function costMeasures(groups: readonly ComparedGroup[]): readonly Measure[] {
  const count = (value: number): string => (Number.isFinite(value) ? thousands(value) : '-');
  return [
    {
      title: 'Parameters',
      value: ({parameters}) => parameters,
      text: count,
      best: lowestCost(groups, ({parameters}) => parameters),
    },
    {
      title: 'Time',
      value: ({seconds}) => seconds,
      text: duration,
      best: lowestCost(groups, ({seconds}) => seconds, SAME_TIME_WITHIN),
    },
    {
      title: 'Images/s',
      value: ({imagesPerSecond}) => imagesPerSecond,
      text: count,
      // Networks of one run train one after another: their rate is no cost of the design.
      best: undefined,
    },
  ];
}

function trainMeasure(head: string): Measure {
  return {
    title: `${head} train`,
    value: ({heads}) => ownValue(heads, head)?.metrics.trainAccuracy.mean ?? Number.NaN,
    text: value => accuracy(value),
    // No test says which is best on the images that it was trained with.
    best: undefined,
  };
}

/** Accuracy on the validation images, with its interval where there is room. */
function validationMeasure(
  head: string,
  intervals: boolean,
  records: readonly RunRecord[],
  best: string | undefined,
): Measure {
  return {
    title: head,
    value: ({heads}) => ownValue(heads, head)?.metrics.accuracy.mean ?? Number.NaN,
    text: (value, group) => {
      const {heads} = group;
      const early = partialMetrics(group, head, records);
      if (early !== undefined) return `${early.sign} ${accuracy(early.accuracy)}`;
      const score = ownValue(heads, head);
      return score === undefined || !intervals
        ? accuracy(value)
        : `${accuracy(value)} (${fraction(score.ciLow, 2)}-${fraction(score.ciHigh, 2)})`;
    },
    best,
  };
}

/** Also the heads that only runs have which have not come to their end. */
export function headsOf(
  {groups, heads}: Comparison,
  records: readonly RunRecord[],
): readonly string[] {
  const ids = new Set(groups.flatMap(({runs}) => runs.map(({id}) => id)));
  const own = records.filter(({folder}) => ids.has(folder.id));
  return [...new Set([...heads, ...own.flatMap(({state}) => state.heads)])];
}

function accuracy(value: number): string {
  return Number.isFinite(value) ? fraction(value, 3) : '-';
}

function textColumn(
  title: string,
  runs: readonly ComparedGroup[],
  text: (run: ComparedGroup) => string,
): CompareColumn {
  return {title, cells: runs.map(text), best: undefined, align: 'left'};
}

function measureColumn(
  {title, value, text, best}: Measure,
  groups: readonly ComparedGroup[],
): CompareColumn {
  const index = groups.findIndex(({name}) => name === best);
  return {
    title,
    cells: groups.map(group => text(value(group), group)),
    best: index < 0 ? undefined : index,
    align: 'right',
  };
}

function varies({cells}: CompareColumn): boolean {
  return new Set(cells).size > 1;
}
