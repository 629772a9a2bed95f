import {duration, fraction} from '../../../util/format.js';
import type {TableData} from '../../tables/table-data.js';
import {headOf} from '../../tables/columns.js';
import type {TradeOff} from '../../../compare/trade-off.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report-row.js';
import {around} from './accuracy.js';
import {CHART_WIDTH, seriesScale, wrapped} from './style.js';

/** Longest line of a name beside a point, in characters. */
const LABEL_CHARACTERS = 24;

/** Mean accuracy over what it costs to train; a line joins what nothing else beats in both. */
export function frontFigure({points}: TradeOff, rows: readonly ReportRow[]): Figure {
  const values = points.flatMap(({accuracy, seconds, front}, row) =>
    Number.isFinite(accuracy)
      ? [
          {
            row: String(row),
            label: rows[row]?.label ?? '',
            pointLabel: wrapped(rows[row]?.label ?? '', LABEL_CHARACTERS),
            accuracy,
            seconds,
            front: front ? 1 : 0,
          },
        ]
      : [],
  );
  const last = Math.max(...values.map(({seconds}) => seconds));
  const x = {
    field: 'seconds',
    type: 'quantitative',
    axis: {title: 'seconds to train', grid: false},
    scale: {zero: true, domain: [0, last * 1.2]},
  };
  const y = {
    field: 'accuracy',
    type: 'quantitative',
    axis: {title: 'mean accuracy of the heads', format: '.3f'},
    scale: {zero: false, domain: around(values.map(({accuracy}) => accuracy))},
  };
  const {color, shape} = seriesScale(values.map(({row}) => Number(row)));
  const labels = {field: 'pointLabel', type: 'nominal'};
  return {
    title: 'Accuracy over time to train',
    description: `${values
      .map(
        ({label, accuracy, seconds, front}) =>
          `${label} ${fraction(accuracy, 3)} in ${duration(seconds)}${front === 1 ? ', on the Pareto front' : ''}`,
      )
      .join('; ')}.`,
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
            x,
            y,
            color,
            shape,
            fillOpacity: {condition: {test: 'datum.front === 1', value: 1}, value: 0},
            fill: {...color},
          },
        },
        // Names stand beside their points, on the side that has room for them.
        ...(
          [
            ['left', 9, '<='],
            ['right', -9, '>'],
          ] as const
        ).map(([align, dx, side]) => ({
          transform: [{filter: `datum.seconds ${side} ${last / 2}`}],
          mark: {type: 'text', align, dx, dy: -6, baseline: 'bottom', lineBreak: '\n'},
          encoding: {x, y, text: labels},
        })),
      ],
    },
  };
}

/** A head's accuracy, with intervals, over the values of the matrix's axis. */
export function axisFigure(
  head: string,
  {axis, points}: TradeOff,
  rows: readonly ReportRow[],
): Figure | undefined {
  const values = rows.flatMap(({group, label}, row) => {
    const own = headOf(group, head);
    const value = points[row]?.value;
    if (own === undefined || value === undefined) return [];
    const {ciLow: low, ciHigh: high, metrics} = own;
    return [{row: String(row), label, value, mean: metrics.accuracy.mean, low, high}];
  });
  if (axis === undefined || values.length < 2) return undefined;
  const numeric = values.every(({value}) => typeof value === 'number');
  const x = {
    field: 'value',
    type: numeric ? 'quantitative' : 'nominal',
    sort: null,
    axis: {title: axis, grid: false, ...(numeric ? {values: values.map(({value}) => value)} : {})},
    scale: numeric ? {zero: false, padding: 16} : {},
  };
  const y = (field: string): object => ({
    field,
    type: 'quantitative',
    axis: {title: 'accuracy', format: '.2f'},
    scale: {zero: false, domain: around(values.flatMap(({low, high}) => [low, high]))},
  });
  const {color, shape} = seriesScale(values.map(({row}) => Number(row)));
  return {
    title: `${head} over ${axis}`,
    description: `${values
      .map(
        ({value, mean, low, high}) =>
          `${String(value)}: ${fraction(mean, 3)} (${fraction(low, 3)} to ${fraction(high, 3)})`,
      )
      .join('; ')}.`,
    spec: {
      width: CHART_WIDTH,
      height: 260,
      data: {values},
      layer: [
        {mark: {type: 'line', color: 'var(--line)', strokeWidth: 2}, encoding: {x, y: y('mean')}},
        {
          mark: {type: 'rule', strokeWidth: 2.5},
          encoding: {x, y: y('low'), y2: {field: 'high'}, color},
        },
        {
          mark: {type: 'point', filled: true, size: 90, opacity: 1},
          encoding: {x, y: y('mean'), color, shape},
        },
      ],
    },
  };
}

export function tradeOffTable({axis, points}: TradeOff, rows: readonly ReportRow[]): TableData {
  return {
    header: [axis ?? 'row', 'mean accuracy', 'time to train', 'Pareto front'],
    rows: points.map(({value, accuracy, seconds, front}, row) => [
      value === undefined ? (rows[row]?.label ?? '') : String(value),
      fraction(accuracy, 3),
      duration(seconds),
      front ? 'yes' : '',
    ]),
    right: [1, 2],
  };
}
