import {bytes, duration, fraction, milliseconds, thousands} from '../../util/format.js';
import {bestOnHead, lowestCost, SAME_TIME_WITHIN} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import type {ComparedGroup, GroupHead} from '../../compare/groups.js';
import {meanAccuracy} from '../../compare/trade-off.js';
import {headFacts} from './head-facts.js';
import {ownValue} from '../../util/own-value.js';

export type CellValue = string | number | undefined;

/** One fact about a group: a column of the CSV, a key to sort by, and perhaps a column to read. */
export type Column = {
  readonly key: string;
  readonly value: (group: ComparedGroup) => CellValue;
  /** How people read it; columns without are for machines. */
  readonly shown?: {
    readonly title: string;
    readonly text: (group: ComparedGroup) => string;
    readonly right: boolean;
    /** Shown even where all rows have the same. */
    readonly always: boolean;
    /** Name of the group that the verdict, or its cost, calls best. */
    readonly best?: string | undefined;
  };
};

/** With more heads than this, a table for people has their mean only. */
const HEADS_IN_COLUMNS = 4;

/** Every fact of a comparison, in the order of the columns. */
export function columnsOf(comparison: Comparison): Column[] {
  return [
    ...identityColumns,
    ...definitionColumns(comparison),
    ...costColumns(comparison),
    ...inferenceColumns(comparison),
    frontColumn(comparison),
    meanColumn(comparison),
    ...comparison.heads.flatMap(head => headColumns(head, comparison)),
  ];
}

/** The head of a group; undefined where it has none of this name. */
export function headOf(group: ComparedGroup, head: string): GroupHead | undefined {
  return ownValue(group.heads, head);
}

const plain = (
  title: string,
  text: (group: ComparedGroup) => string,
): NonNullable<Column['shown']> => ({title, text, right: false, always: false});

const number = (
  title: string,
  text: (group: ComparedGroup) => string,
): NonNullable<Column['shown']> => ({title, text, right: true, always: true});

const statusText = ({runs}: ComparedGroup): string =>
  [...new Set(runs.map(({status}) => status))].join(' ');

const identityColumns: readonly Column[] = [
  {
    key: 'run',
    value: ({name}) => name,
    shown: {title: 'run', text: ({name}) => name, right: false, always: true},
  },
  {key: 'ids', value: ({runs}) => runs.map(({id}) => id).join(' ')},
  {key: 'status', value: statusText, shown: plain('status', statusText)},
  {
    key: 'seeds',
    value: ({seeds}) => seeds.length,
    shown: {...plain('seeds', ({seeds}) => String(seeds.length)), right: true},
  },
  {key: 'seed', value: ({seeds}) => seeds.join(' ')},
];

function costColumns({groups}: Comparison): Column[] {
  const cost = (
    key: 'parameters' | 'seconds' | 'imagesPerSecond' | 'bytes',
    title: string,
    text: (value: number) => string,
    best: string | undefined,
  ): Column => ({
    key,
    value: group => group[key],
    shown: {
      ...number(title, group => (Number.isFinite(group[key]) ? text(group[key]) : '-')),
      best,
    },
  });
  return [
    cost(
      'parameters',
      'parameters',
      thousands,
      lowestCost(groups, group => group.parameters),
    ),
    cost(
      'seconds',
      'time',
      duration,
      lowestCost(groups, group => group.seconds, SAME_TIME_WITHIN),
    ),
    // Networks of one run train one after another: their rate is no cost of the design.
    cost('imagesPerSecond', 'images/s', thousands, undefined),
    cost(
      'bytes',
      'on disk',
      bytes,
      lowestCost(groups, group => group.bytes),
    ),
  ];
}

/** How long an answer takes; shown where it was measured for any row. */
function inferenceColumns({groups}: Comparison): Column[] {
  const known = groups.filter(({imageMs}) => Number.isFinite(imageMs));
  const sizes = [...new Set(known.map(({batchImages}) => batchImages))];
  const title = sizes.length === 1 ? `${sizes[0] ?? ''} images` : 'a batch';
  const shownAs = (
    heading: string,
    costOf: (group: ComparedGroup) => number,
  ): Pick<Column, 'shown'> => {
    if (known.length === 0) return {};
    const best = lowestCost(groups, costOf, SAME_TIME_WITHIN);
    return {shown: {...number(heading, group => milliseconds(costOf(group))), best}};
  };
  return [
    {
      key: 'imageMs',
      value: group => group.imageMs,
      ...shownAs('1 image', group => group.imageMs),
    },
    {
      key: 'batchMs',
      value: group => group.batchMs,
      ...shownAs(title, group => group.batchMs),
    },
    {key: 'batchImages', value: group => group.batchImages},
  ];
}

/** Layers fill lines: people see how many there are, and only where nothing shorter differs. */
const LAYERS = 'model.layers';

function definitionColumns({groups}: Comparison): Column[] {
  const keys = [...new Set(groups.flatMap(({definition}) => Object.keys(definition)))];
  const valueOf = (key: string, {definition}: ComparedGroup): string =>
    ownValue(definition, key) ?? '';
  const varies = (key: string): boolean =>
    new Set(groups.map(group => valueOf(key, group))).size > 1;
  const shorter = keys.some(key => key !== LAYERS && varies(key));
  return keys.map(key => {
    const value = (group: ComparedGroup): string => valueOf(key, group);
    if (key !== LAYERS) return {key, value, shown: plain(key, value)};
    const text = (group: ComparedGroup): string => `${value(group).split(', ').length} layers`;
    return shorter ? {key, value} : {key, value, shown: plain('layers', text)};
  });
}

function frontColumn({tradeOff, groups}: Comparison): Column {
  const onFront = ({name}: ComparedGroup): boolean =>
    tradeOff.points.some(point => point.name === name && point.front);
  const column: Column = {key: 'front', value: group => (onFront(group) ? 1 : 0)};
  // Of two rows one is nearly always on the front; that says nothing.
  if (groups.length < 3) return column;
  return {...column, shown: plain('front', group => (onFront(group) ? 'yes' : ''))};
}

/** The mean over heads is not tested, so none is marked as the best. */
function meanColumn({heads}: Comparison): Column {
  const column: Column = {key: 'accuracy', value: meanAccuracy};
  if (heads.length <= HEADS_IN_COLUMNS) return column;
  const text = (group: ComparedGroup): string => accuracyOf(meanAccuracy(group));
  return {...column, shown: number(`mean of ${heads.length} heads`, text)};
}

function accuracyOf(value: number): string {
  return Number.isFinite(value) ? fraction(value, 3) : '-';
}

function headColumns(head: string, {groups, heads, verdict}: Comparison): Column[] {
  const text = (group: ComparedGroup): string => {
    const score = headOf(group, head);
    return score === undefined ? '-' : accuracyText(score);
  };
  const best = bestOnHead(head, groups, verdict);
  const shown =
    heads.length > HEADS_IN_COLUMNS ? {} : {shown: {...number(`${head} (95 %)`, text), best}};
  return headFacts.map(([name, value]) => ({
    key: `${head}.${name}`,
    value: group => {
      const score = headOf(group, head);
      return score === undefined ? undefined : value(score);
    },
    ...(name === 'accuracy' ? shown : {}),
  }));
}

/** `0.835 ± 0.018 (0.777-0.880)`; without the spread for one seed. */
function accuracyText({metrics, ciLow, ciHigh}: GroupHead): string {
  const {mean, standardDeviation} = metrics.accuracy;
  const spread = Number.isFinite(standardDeviation) ? ` ± ${fraction(standardDeviation, 3)}` : '';
  return `${fraction(mean, 3)}${spread} (${fraction(ciLow, 3)}-${fraction(ciHigh, 3)})`;
}
