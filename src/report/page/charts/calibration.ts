import {fraction} from '../../../util/format.js';
import {headOf} from '../../tables/columns.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report-row.js';
import {CHART_WIDTH, SERIES, seriesScale} from './style.js';

/** The reliability curve of a head in each row, against the diagonal where every bin is right. */
export function calibrationFigures(head: string, rows: readonly ReportRow[]): Figure[] {
  const found = rows.flatMap(({label, group}, row) => {
    const own = headOf(group, head);
    return own === undefined ? [] : [{label, own, row}];
  });
  const chunks = Array.from({length: Math.ceil(found.length / SERIES)}, (_, index) =>
    found.slice(index * SERIES, (index + 1) * SERIES),
  );
  return chunks.map((own, index) =>
    figure(chunks.length > 1 ? `${head} (${index + 1})` : head, own),
  );
}

type Found = {
  readonly label: string;
  readonly own: NonNullable<ReturnType<typeof headOf>>;
  readonly row: number;
};

function figure(title: string, found: readonly Found[]): Figure {
  const values = found.flatMap(({own, row}) =>
    own.reliability
      .filter(({count}) => count > 0)
      .map(({confidence, fraction: positives, count}) => ({
        row: String(row),
        confidence,
        fraction: positives,
        count,
      })),
  );
  const axis = (name: string): object => ({title: name, format: '.1f'});
  const scale = {domain: [0, 1]};
  const x = {
    field: 'confidence',
    type: 'quantitative',
    axis: axis('mean predicted probability'),
    scale,
  };
  const y = {field: 'fraction', type: 'quantitative', axis: axis('fraction of positives'), scale};
  const {color, shape} = seriesScale(found.map(({row}) => row));
  return {
    title,
    description: `Expected calibration error: ${found
      .map(({label, own}) => `${label} ${fraction(own.metrics.calibrationError.mean, 3)}`)
      .join('; ')}. 0 is perfect.`,
    spec: {
      width: CHART_WIDTH,
      height: 280,
      data: {values},
      layer: [
        {
          data: {values: [0, 1].map(at => ({confidence: at, fraction: at}))},
          mark: {type: 'line', strokeDash: [3, 3], color: 'var(--muted)', strokeWidth: 1},
          encoding: {x, y},
        },
        {mark: {type: 'line', strokeWidth: 2}, encoding: {x, y, color}},
        {
          mark: {type: 'point', filled: true, opacity: 1},
          encoding: {
            x,
            y,
            color,
            shape,
            size: {
              field: 'count',
              type: 'quantitative',
              legend: null,
              scale: {range: [25, 220], zero: true},
            },
          },
        },
      ],
    },
    table: {
      header: ['bin', ...found.flatMap(({label}) => [`${label}: fraction`, 'images'])],
      rows: (found[0]?.own.reliability ?? []).map(({low, high}, bin) => [
        `${fraction(low, 1)}-${fraction(high, 1)}`,
        ...found.flatMap(({own}) => {
          const {fraction: positives, count} = own.reliability[bin] ?? {
            fraction: Number.NaN,
            count: 0,
          };
          return [count === 0 ? '-' : fraction(positives, 3), String(count)];
        }),
      ]),
      right: found.flatMap((_, index) => [2 * index + 1, 2 * index + 2]),
    },
  };
}
