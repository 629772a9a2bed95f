import {chunksOf} from '../../../util/chunks.js';
import {
  isImageMetric,
  metricFacts,
  type HeadMetric,
  type SliceMetric,
} from '../../../experiment/metrics.js';
import {fraction} from '../../../util/format.js';
import {ownValue} from '../../../util/own-value.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report.js';
import {
  around,
  CHART_WIDTH,
  dot,
  headRows,
  interval,
  labels,
  quantitative,
  rowsHeight,
  SERIES,
  seriesScale,
  wrapped,
  type HeadRow,
} from './style.js';

const ROW_HEIGHT = 30;
/** Longest line of a label, in characters. */
const LABEL_CHARACTERS = 24;

/** A metric of a head: mean and interval of each row, single seeds; for the accuracy the majority baseline. */
export function metricFigure(
  head: string,
  metric: HeadMetric | SliceMetric,
  rows: readonly ReportRow[],
): Figure | undefined {
  const members = headRows(head, rows).filter(({metrics}) =>
    Number.isFinite(metrics.metrics[metric].mean),
  );
  const [first] = members;
  if (first === undefined) return undefined;
  const values = members.map(({label, metrics, row}) => {
    const {mean, ciLow: low, ciHigh: high} = metrics.metrics[metric];
    return {row, label, axisLabel: wrapped(label, LABEL_CHARACTERS), mean, low, high};
  });
  const seeds = members.flatMap(({label, group, row}) =>
    // The worst slice is that of the seeds together.
    group.seeds.length < 2 || !isImageMetric(metric)
      ? []
      : group.runs.flatMap(run => {
          const mean = ownValue(run.heads, head)?.[metric];
          if (mean === undefined) return [];
          return [{row, axisLabel: wrapped(label, LABEL_CHARACTERS), mean}];
        }),
  );
  const baseline = metric === 'accuracy' ? first.metrics.baseline : undefined;
  const shown = [...values.flatMap(({low, high}) => [low, high]), ...seeds.map(({mean}) => mean)];
  const domain = around(shown.filter(Number.isFinite));
  // A baseline far from the accuracies would squeeze them together, so a note gives it instead.
  const isNear = baseline !== undefined && domain[0] - baseline < domain[1] - domain[0];
  const axis = {title: metricFacts(metric).title, format: '.2f', tickCount: 4};
  const scale = {domain: isNear ? around([...domain, baseline]) : domain, zero: false};
  const x = (field: string): object => quantitative(field, axis, scale);
  const {color, shape} = seriesScale(members.map(({row}) => row));
  const texts = values.map(
    ({label, mean, low, high}) =>
      `${label} ${fraction(mean, 3)}, 95 % interval ${fraction(low, 3)} to ${fraction(high, 3)}`,
  );
  return {
    title: head,
    description: `${[...texts, ...(baseline === undefined ? [] : [`majority baseline ${fraction(baseline, 3)}`])].join('; ')}.`,
    ...(isNear || baseline === undefined
      ? {}
      : {note: `Majority baseline: ${fraction(baseline, 3)}, left of the chart.`}),
    spec: {
      width: CHART_WIDTH,
      height: rowsHeight(values, ROW_HEIGHT) + 10,
      data: {values},
      layer: [
        {
          data: {values: isNear ? [{baseline}] : []},
          mark: {type: 'rule', strokeDash: [3, 3]},
          encoding: {x: x('baseline')},
        },
        {mark: interval, encoding: {x: x('low'), x2: {field: 'high'}, y: labels, color}},
        {
          data: {values: seeds},
          mark: {type: 'tick', thickness: 1.5, size: 14, opacity: 0.55},
          encoding: {x: x('mean'), y: labels, color},
        },
        {mark: dot, encoding: {x: x('mean'), y: labels, color, shape}},
      ],
    },
  };
}

/** The reliability curves of a head against the diagonal of perfect calibration. */
export function calibrationFigures(head: string, rows: readonly ReportRow[]): Figure[] {
  const chunks = chunksOf(
    headRows(head, rows).filter(({metrics}) => metrics.classes === undefined),
    SERIES,
  );
  return chunks.map((members, index) =>
    calibrationFigure(chunks.length > 1 ? `${head} (${index + 1})` : head, members),
  );
}

function calibrationFigure(title: string, members: readonly HeadRow[]): Figure {
  const values = members.flatMap(({metrics, row}) =>
    metrics.reliability.filter(({count}) => count > 0).map(bin => ({...bin, row})),
  );
  const scale = {domain: [0, 1]};
  const x = quantitative('confidence', {title: 'mean predicted probability', format: '.1f'}, scale);
  const y = quantitative('fraction', {title: 'fraction of positives', format: '.1f'}, scale);
  const {color, shape} = seriesScale(members.map(({row}) => row));
  const size = {...quantitative('count', null, {range: [25, 220], zero: true}), legend: null};
  const errors = members.map(
    ({label, metrics}) => `${label} ${fraction(metrics.metrics.ece.mean, 3)}`,
  );
  return {
    title,
    description: `Expected calibration error: ${errors.join('; ')}. 0 is perfect.`,
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
        {mark: {type: 'point', filled: true, opacity: 1}, encoding: {x, y, color, shape, size}},
      ],
    },
    table: {
      header: ['bin', ...members.flatMap(({label}) => [`${label}: fraction`, 'images'])],
      rows: (members[0]?.metrics.reliability ?? []).map(({low, high}, index) => [
        `${fraction(low, 1)}-${fraction(high, 1)}`,
        ...members.flatMap(({metrics}) => {
          const {fraction: positives = Number.NaN, count = 0} = metrics.reliability[index] ?? {};
          return [count === 0 ? '-' : fraction(positives, 3), String(count)];
        }),
      ]),
      right: members.flatMap((_, index) => [2 * index + 1, 2 * index + 2]),
    },
  };
}
