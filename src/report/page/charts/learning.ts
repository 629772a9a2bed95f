import {chunksOf} from '../../../util/chunks.js';
import {
  learningCurve,
  type CurveMetric,
  type CurvePoint,
  type CurveSplit,
} from '../../../compare/learning-curves.js';
import {fraction} from '../../../util/format.js';
import type {Table} from '../../../util/table.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report.js';
import {CHART_WIDTH, dot, nominal, quantitative, SERIES, seriesScale} from './style.js';

type Curve = {
  /** Index of its row, as text. */
  readonly row: string;
  readonly label: string;
  readonly seeds: number;
  readonly split: CurveSplit;
  readonly points: readonly CurvePoint[];
};

/** Learning curves of a head: accuracy and loss, two charts for every few rows. */
export function learningFigures(head: string, rows: readonly ReportRow[]): Figure[] {
  return chunksOf(
    rows.map(({label, records}, row) => ({label, records, row})),
    SERIES,
  ).flatMap(members =>
    (['accuracy', 'loss'] as const).flatMap(metric => {
      const curves = members.flatMap(({label, records, row}) =>
        (['train', 'validation'] as const).map((split): Curve => {
          const runs = records.map(({state}) => state);
          const points = learningCurve(runs, head, split, metric);
          return {row: String(row), label, seeds: runs.length, split, points};
        }),
      );
      if (curves.every(({points}) => points.length === 0)) return [];
      const [from, to] = [(members[0]?.row ?? 0) + 1, (members.at(-1)?.row ?? 0) + 1];
      const part = rows.length > SERIES ? ` (rows ${from} to ${to})` : '';
      return [
        {
          title: `${head}: ${metric}${part}`,
          description: `${curves.flatMap(curveText).join('; ')}.`,
          spec: learningSpec(curves, metric),
          table: curveTable(curves),
        },
      ];
    }),
  );
}

function learningSpec(curves: readonly Curve[], metric: CurveMetric): Figure['spec'] {
  const values = curves.flatMap(({row, split, seeds, points}) =>
    points.map(point => ({...point, row, split, key: `${row} ${split}`, seeds})),
  );
  const ends = curves.flatMap(({row, split, points}) =>
    points.slice(-1).map(point => ({...point, row, split})),
  );
  const epochs = Math.max(2, ...values.map(({epoch}) => epoch));
  const x = quantitative(
    'epoch',
    {title: 'epoch', grid: false, format: 'd', tickMinStep: 1},
    {domain: [1, epochs], nice: false, zero: false},
  );
  const axis = {title: metric, format: metric === 'accuracy' ? '.2f' : '~g'};
  const y = (field: string): object =>
    quantitative(field, axis, {zero: metric === 'loss', nice: true});
  const {color, shape} = seriesScale([...new Set(curves.map(({row}) => row))]);
  const detail = nominal('key');
  const bySplit = (train: unknown, validation: unknown): object => ({
    condition: {test: "datum.split === 'train'", value: train},
    value: validation,
  });
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
          ...{x, y: y('mean'), color, detail},
          strokeDash: bySplit([4, 3], [1, 0]),
          strokeWidth: bySplit(1.5, 2.5),
        },
      },
      {
        data: {values: ends},
        mark: {...dot, size: 60},
        encoding: {x, y: y('mean'), color, shape},
      },
    ],
  };
}

function curveText({label, split, points}: Curve): string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [from, to] = [fraction(first.mean, 3), fraction(last.mean, 3)];
  return [`${label} ${split} from ${from} to ${to} after epoch ${last.epoch}`];
}

function curveTable(curves: readonly Curve[]): Table {
  const epochs = [...new Set(curves.flatMap(({points}) => points.map(({epoch}) => epoch)))];
  const cell = ({points, seeds}: Curve, epoch: number): string => {
    const point = points.find(candidate => candidate.epoch === epoch);
    if (point === undefined) return '-';
    const range = seeds > 1 ? ` (${fraction(point.low, 3)}-${fraction(point.high, 3)})` : '';
    return `${fraction(point.mean, 3)}${range}`;
  };
  return {
    header: ['epoch', ...curves.map(({label, split}) => `${label}, ${split}`)],
    rows: epochs
      .sort((a, b) => a - b)
      .map(epoch => [String(epoch), ...curves.map(curve => cell(curve, epoch))]),
    right: [0, ...curves.map((_, index) => index + 1)],
  };
}
