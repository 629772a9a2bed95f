import type {Group} from '../../../compare/groups.js';
import {bytes, duration, fraction, milliseconds, thousands} from '../../../util/format.js';
import {ownValue} from '../../../util/own-value.js';
import type {Table} from '../../../util/table.js';
import {isOnFront} from '../../../compare/best.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report.js';
import {
  around,
  CHART_WIDTH,
  dot,
  headRows,
  interval,
  labels,
  nominal,
  quantitative,
  rowsHeight,
  seriesScale,
  wrapped,
} from './style.js';

type Cost = {
  readonly title: string;
  readonly value: (group: Group) => number;
  readonly text: (value: number) => string;
};

const ROW_HEIGHT = 30;
/** Longest lines of labels, in characters. */
const BAR_LABEL_CHARACTERS = 14;
const POINT_LABEL_CHARACTERS = 24;
const BARS_WIDTH = 340;

/** A bar chart for each cost that is known of any row. */
export function costFigures(rows: readonly ReportRow[]): Figure[] {
  const batch = rows.find(({group}) => Number.isFinite(group.batchImages))?.group.batchImages;
  const batchTitle = `Prediction of ${batch ?? 'a batch of'} images`;
  const costs: readonly Cost[] = [
    {title: 'Parameters', value: group => group.parameters, text: thousands},
    {title: 'Time to train', value: group => group.seconds, text: duration},
    {title: 'Training images per second', value: group => group.imagesPerSecond, text: thousands},
    {title: 'Size on disk', value: group => group.bytes, text: bytes},
    {title: 'Prediction of 1 image', value: group => group.imageMs, text: milliseconds},
    {title: batchTitle, value: group => group.batchMs, text: milliseconds},
  ];
  return costs.flatMap(cost => costFigure(cost, rows));
}

function costFigure({title, value, text}: Cost, rows: readonly ReportRow[]): Figure[] {
  const values = rows.flatMap(({label, group}, row) => {
    const cost = value(group);
    if (!Number.isFinite(cost)) return [];
    const axisLabel = wrapped(label, BAR_LABEL_CHARACTERS);
    return [{row: String(row), label, axisLabel, value: cost, text: text(cost)}];
  });
  if (values.length === 0) return [];
  const top = Math.max(...values.map(bar => bar.value), Number.MIN_VALUE);
  // Leaves room for the number at the end of the longest bar.
  const scale = {domain: [0, top * 1.45], nice: false};
  const {color} = seriesScale(values.map(({row}) => row));
  return [
    {
      title,
      description: `${values.map(bar => `${bar.label} ${bar.text}`).join('; ')}.`,
      spec: {
        width: BARS_WIDTH,
        height: rowsHeight(values, ROW_HEIGHT),
        data: {values},
        encoding: {x: {...quantitative('value', null, scale), stack: null}, y: labels},
        layer: [
          {mark: {type: 'bar', height: 14, cornerRadius: 2}, encoding: {color}},
          {mark: {type: 'text', align: 'left', dx: 6}, encoding: {text: nominal('text')}},
        ],
      },
    },
  ];
}

function tradeOffPoints(rows: readonly ReportRow[]) {
  const groups = rows.map(({group}) => group);
  return rows.map(({label, group}, row) => ({
    row: String(row),
    label,
    pointLabel: wrapped(label, POINT_LABEL_CHARACTERS),
    accuracy: group.overall.meanAccuracy.mean,
    seconds: group.seconds,
    front: isOnFront(group, groups) ? 1 : 0,
  }));
}

/** Mean accuracy over the time to train, with the Pareto front as a line. */
export function frontFigure(rows: readonly ReportRow[]): Figure {
  const values = tradeOffPoints(rows).filter(({accuracy}) => Number.isFinite(accuracy));
  const last = Math.max(...values.map(({seconds}) => seconds));
  const toLast = {zero: true, domain: [0, last * 1.2]};
  const x = quantitative('seconds', {title: 'seconds to train', grid: false}, toLast);
  const near = {zero: false, domain: around(values.map(({accuracy}) => accuracy))};
  const y = quantitative('accuracy', {title: 'mean accuracy of the heads', format: '.3f'}, near);
  const {color, shape} = seriesScale(values.map(({row}) => row));
  const texts = values.map(
    ({label, accuracy, seconds, front}) =>
      `${label} ${fraction(accuracy, 3)} in ${duration(seconds)}${front === 1 ? ', on the Pareto front' : ''}`,
  );
  const isOnRight = `datum.seconds > ${last / 2}`;
  /** Labels stand on the side of their points that has room. */
  const pointLabels = (align: 'left' | 'right', filter: string): object => ({
    transform: [{filter}],
    mark: {
      ...{type: 'text', align, dx: align === 'left' ? 9 : -9, dy: -6},
      ...{baseline: 'bottom', lineBreak: '\n'},
    },
    encoding: {x, y, text: nominal('pointLabel')},
  });
  return {
    title: 'Accuracy over time to train',
    description: `${texts.join('; ')}.`,
    spec: {
      width: CHART_WIDTH,
      height: 260,
      data: {values},
      layer: [
        {
          transform: [{filter: 'datum.front === 1'}],
          mark: {type: 'line', color: 'var(--muted)', strokeDash: [4, 3], strokeWidth: 1.5},
          encoding: {x, y, order: {field: 'seconds', type: 'quantitative'}},
        },
        {
          mark: {type: 'point', size: 100, strokeWidth: 2, opacity: 1},
          encoding: {
            ...{x, y, color, shape, fill: color},
            fillOpacity: {condition: {test: 'datum.front === 1', value: 1}, value: 0},
          },
        },
        pointLabels('left', `!(${isOnRight})`),
        pointLabels('right', isOnRight),
      ],
    },
  };
}

/** A head's accuracies with their intervals over the values of the matrix's axis. */
export function axisFigure(
  head: string,
  axis: string | undefined,
  rows: readonly ReportRow[],
): Figure | undefined {
  if (axis === undefined) return undefined;
  const values = headRows(head, rows).flatMap(({group, label, row, metrics}) => {
    const value = ownValue(group.variant, axis);
    const {mean, ciLow: low, ciHigh: high} = metrics.metrics.accuracy;
    return value === undefined ? [] : [{row, label, value, mean, low, high}];
  });
  if (values.length < 2) return undefined;
  const isNumeric = values.every(({value}) => typeof value === 'number');
  const x = {
    field: 'value',
    type: isNumeric ? 'quantitative' : 'nominal',
    sort: null,
    axis: {
      ...{title: axis, grid: false},
      ...(isNumeric ? {values: values.map(({value}) => value)} : {}),
    },
    scale: isNumeric ? {zero: false, padding: 16} : {},
  };
  const scale = {zero: false, domain: around(values.flatMap(({low, high}) => [low, high]))};
  const y = (field: string): object =>
    quantitative(field, {title: 'accuracy', format: '.2f'}, scale);
  const {color, shape} = seriesScale(values.map(({row}) => row));
  const texts = values.map(
    ({value, mean, low, high}) =>
      `${String(value)}: ${fraction(mean, 3)} (${fraction(low, 3)} to ${fraction(high, 3)})`,
  );
  return {
    title: `${head} over ${axis}`,
    description: `${texts.join('; ')}.`,
    spec: {
      width: CHART_WIDTH,
      height: 260,
      data: {values},
      layer: [
        {mark: {type: 'line', color: 'var(--line)', strokeWidth: 2}, encoding: {x, y: y('mean')}},
        {mark: interval, encoding: {x, y: y('low'), y2: {field: 'high'}, color}},
        {mark: dot, encoding: {x, y: y('mean'), color, shape}},
      ],
    },
  };
}

export function tradeOffTable(axis: string | undefined, rows: readonly ReportRow[]): Table {
  const values = rows.map(({group: {variant}, label}) =>
    String((axis === undefined ? undefined : ownValue(variant, axis)) ?? label),
  );
  return {
    header: [axis ?? 'row', 'mean accuracy', 'time to train', 'Pareto front'],
    rows: tradeOffPoints(rows).map(({accuracy, seconds, front}, row) => [
      values[row] ?? '',
      fraction(accuracy, 3),
      duration(seconds),
      front === 1 ? 'yes' : '',
    ]),
    right: [1, 2],
  };
}
