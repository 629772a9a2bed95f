import {fraction} from '../../../util/format.js';
import type {TableData} from '../../tables/table-data.js';
import {
  learningCurve,
  type CurveMetric,
  type CurvePoint,
  type CurveSplit,
} from '../../../compare/learning-curves.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report-row.js';
import {CHART_WIDTH, SERIES, seriesScale} from './style.js';

type Curve = {
  readonly row: number;
  readonly label: string;
  readonly seeds: number;
  readonly split: CurveSplit;
  readonly points: readonly CurvePoint[];
};

/** How a head learned: accuracy and loss, a pair of charts for every few rows. */
export function learningFigures(head: string, rows: readonly ReportRow[]): Figure[] {
  const chunks = Array.from(
    {length: Math.ceil(rows.length / SERIES)},
    (_, index) => index * SERIES,
  );
  return chunks.flatMap(from =>
    (['accuracy', 'loss'] as const).flatMap(metric =>
      learningFigure(head, metric, rows, from, rows.length > SERIES),
    ),
  );
}

function learningFigure(
  head: string,
  metric: CurveMetric,
  rows: readonly ReportRow[],
  from: number,
  chunked: boolean,
): Figure[] {
  const curves = rows.slice(from, from + SERIES).flatMap(({label, records}, index) =>
    (['train', 'validation'] as const).map((split): Curve => {
      const runs = records.map(({state}) => state);
      const points = learningCurve(runs, head, split, metric);
      return {row: from + index, label, seeds: runs.length, split, points};
    }),
  );
  if (curves.every(({points}) => points.length === 0)) return [];
  const shown = [...new Set(curves.map(({row}) => row))];
  const part = chunked ? ` (rows ${from + 1} to ${(shown.at(-1) ?? from) + 1})` : '';
  return [
    {
      title: `${head}: ${metric}${part}`,
      description: `${curves
        .filter(({points}) => points.length > 0)
        .map(curveWords)
        .join('; ')}.`,
      spec: learningSpec(curves, metric),
      table: curveTable(curves),
    },
  ];
}

function learningSpec(curves: readonly Curve[], metric: CurveMetric): Figure['spec'] {
  const values = curves.flatMap(({row, split, seeds, points}) =>
    points.map(point => ({...point, row: String(row), split, key: `${row} ${split}`, seeds})),
  );
  const ends = curves.flatMap(({row, split, points}) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{...last, row: String(row), split}];
  });
  const epochs = Math.max(2, ...values.map(({epoch}) => epoch));
  const x = {
    field: 'epoch',
    type: 'quantitative',
    axis: {title: 'epoch', grid: false, format: 'd', tickMinStep: 1},
    scale: {domain: [1, epochs], nice: false, zero: false},
  };
  const y = (field: string): object => ({
    field,
    type: 'quantitative',
    axis: {title: metric, format: metric === 'accuracy' ? '.2f' : '~g'},
    scale: {zero: metric === 'loss', nice: true},
  });
  const {color, shape} = seriesScale([...new Set(curves.map(({row}) => row))]);
  const detail = {field: 'key', type: 'nominal'};
  const isTrain = {test: "datum.split === 'train'"};
  return {
    width: CHART_WIDTH,
    height: 230,
    data: {values},
    layer: [
      {
        transform: [{filter: 'datum.seeds > 1'}],
        mark: {type: 'area', opacity: 0.13},
        encoding: {x, y: y('low'), y2: {field: 'high'}, color, detail},
      },
      {
        mark: {type: 'line', interpolate: 'linear'},
        encoding: {
          x,
          y: y('mean'),
          color,
          detail,
          strokeDash: {condition: {...isTrain, value: [4, 3]}, value: [1, 0]},
          strokeWidth: {condition: {...isTrain, value: 1.5}, value: 2.5},
        },
      },
      {
        data: {values: ends},
        mark: {type: 'point', filled: true, size: 60, opacity: 1},
        encoding: {x, y: y('mean'), color, shape},
      },
    ],
  };
}

function curveWords({label, split, points}: Curve): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${label} ${split}: none`;
  return `${label} ${split} from ${fraction(first.mean, 3)} to ${fraction(last.mean, 3)} after epoch ${last.epoch}`;
}

function curveTable(curves: readonly Curve[]): TableData {
  const epochs = [...new Set(curves.flatMap(({points}) => points.map(({epoch}) => epoch)))];
  const cell = ({points, seeds}: Curve, epoch: number): string => {
    const point = points.find(own => own.epoch === epoch);
    if (point === undefined) return '-';
    const spread = seeds > 1 ? ` (${fraction(point.low, 3)}-${fraction(point.high, 3)})` : '';
    return `${fraction(point.mean, 3)}${spread}`;
  };
  return {
    header: ['epoch', ...curves.map(({label, split}) => `${label}, ${split}`)],
    rows: epochs
      .sort((a, b) => a - b)
      .map(epoch => [String(epoch), ...curves.map(curve => cell(curve, epoch))]),
    right: [0, ...curves.map((_, index) => index + 1)],
  };
}
