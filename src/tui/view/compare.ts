import type {Comparison} from '../../compare/comparison.js';
import type {ComparedGroup} from '../../compare/groups.js';
import type {RunRecord} from '../../runs/run-record.js';
import {duration, fraction, thousands} from '../../util/format.js';
import {soFar} from './so-far.js';
import {ownValue} from '../../util/own-value.js';

/** One column of the table of compared runs: its title, and the text of each run. */
export type CompareColumn = {
  readonly title: string;
  readonly cells: readonly string[];
  /** Index of the best of the runs that came to their end; undefined where none is better than all others. */
  readonly best: number | undefined;
  readonly align: 'left' | 'right';
};

type Measure = {
  readonly title: string;
  readonly value: (run: ComparedGroup) => number;
  readonly text: (value: number, run: ComparedGroup) => string;
  readonly better: 'higher' | 'lower';
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
      headsOf(comparison, records).map(head => validationMeasure(head, intervals, records)),
    ),
    ...measured(costs),
    textColumn('Status', groups, ({runs}) => [...new Set(runs.map(run => run.status))].join(' ')),
    textColumn('Seeds', groups, ({seeds}) => String(seeds.length)),
    ...measured(comparison.heads.map(trainMeasure)),
    textColumn('Id', groups, ({runs}) => runs[0]?.id ?? ''),
  ];
  return [names, ...rest.filter(column => all || varies(column))];
}

const costs: readonly Measure[] = [
  {
    title: 'Parameters',
    value: ({parameters}) => parameters,
    text: value => (Number.isFinite(value) ? thousands(value) : '-'),
    better: 'lower',
  },
  {title: 'Time', value: ({seconds}) => seconds, text: value => duration(value), better: 'lower'},
  {
    title: 'Images/s',
    value: ({imagesPerSecond}) => imagesPerSecond,
    text: value => (Number.isFinite(value) ? thousands(value) : '-'),
    better: 'higher',
  },
];

function trainMeasure(head: string): Measure {
  return {
    title: `${head} train`,
    value: ({heads}) => ownValue(heads, head)?.metrics.trainAccuracy.mean ?? Number.NaN,
    text: value => accuracy(value),
    better: 'higher',
  };
}

/** Accuracy on the validation images, with its interval where there is room. */
function validationMeasure(
  head: string,
  intervals: boolean,
  records: readonly RunRecord[],
): Measure {
  return {
    title: head,
    value: ({heads}) => ownValue(heads, head)?.metrics.accuracy.mean ?? Number.NaN,
    text: (value, group) => {
      const {heads} = group;
      const early = soFar(group, head, records);
      if (early !== undefined) return `${early.sign} ${accuracy(early.accuracy)}`;
      const interval = ownValue(heads, head)?.interval;
      return interval === undefined || !intervals
        ? accuracy(value)
        : `${accuracy(value)} (${fraction(interval[0], 2)}-${fraction(interval[1], 2)})`;
    },
    better: 'higher',
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
  {title, value, text, better}: Measure,
  runs: readonly ComparedGroup[],
): CompareColumn {
  const values = runs.map(value);
  // Of a run that was stopped some numbers are known, but they won nothing.
  const ranked = values.map((own, index) => (runs[index]?.seeds.length === 0 ? Number.NaN : own));
  const known = ranked.filter(Number.isFinite);
  const top = better === 'higher' ? Math.max(...known) : Math.min(...known);
  const isAlone = known.length > 1 && known.filter(own => own === top).length === 1;
  return {
    title,
    cells: runs.map((run, index) => text(values[index] as number, run)),
    best: isAlone ? ranked.indexOf(top) : undefined,
    align: 'right',
  };
}

function varies({cells}: CompareColumn): boolean {
  return new Set(cells).size > 1;
}
