import {fraction} from '../../../util/format.js';
import {ownValue} from '../../../util/own-value.js';
import {headOf} from '../../tables/columns.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report-row.js';
import {CHART_WIDTH, rowHeight, seriesScale, wrapped, wrappedAxis} from './style.js';

const ROW_HEIGHT = 30;
/** Longest line of a label, in characters. */
const LABEL_CHARACTERS = 24;

/** A head's accuracy in every row: the mean with its interval, each seed, and the majority's share. */
export function accuracyFigure(head: string, rows: readonly ReportRow[]): Figure | undefined {
  const found = rows.flatMap(({label, group}, row) => {
    const own = headOf(group, head);
    return own === undefined ? [] : [{label, group, own, row}];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const values = found.map(({label, own, row}) => ({
    row: String(row),
    label,
    axisLabel: wrapped(label, LABEL_CHARACTERS),
    mean: own.metrics.accuracy.mean,
    low: own.ciLow,
    high: own.ciHigh,
  }));
  const seeds = found.flatMap(({label, group, row}) =>
    group.seeds.length < 2
      ? []
      : group.runs.flatMap(run => {
          const score = ownValue(run.heads, head);
          return score === undefined
            ? []
            : [
                {
                  row: String(row),
                  axisLabel: wrapped(label, LABEL_CHARACTERS),
                  mean: score.accuracy,
                },
              ];
        }),
  );
  const {baseline} = first.own;
  const drawn = [...values.flatMap(({low, high}) => [low, high]), ...seeds.map(({mean}) => mean)];
  const domain = around(drawn.filter(Number.isFinite));
  // Far from the accuracies the majority's share would press them together: then it is said below.
  const near = domain[0] - baseline < domain[1] - domain[0];
  const x = {
    field: 'mean',
    type: 'quantitative',
    axis: {title: 'accuracy', format: '.2f', tickCount: 4},
    scale: {domain: near ? around([...domain, baseline]) : domain, zero: false},
  };
  const y = {
    field: 'axisLabel',
    type: 'nominal',
    sort: null,
    axis: {title: null, grid: false, ...wrappedAxis},
  };
  const {color, shape} = seriesScale(found.map(({row}) => row));
  return {
    title: head,
    description: `${values
      .map(
        ({label, mean, low, high}) =>
          `${label} ${fraction(mean, 3)}, 95 % interval ${fraction(low, 3)} to ${fraction(high, 3)}`,
      )
      .join('; ')}; always the majority class ${fraction(baseline, 3)}.`,
    ...(near
      ? {}
      : {note: `Always the majority class: ${fraction(baseline, 3)}, left of the chart.`}),
    spec: {
      width: CHART_WIDTH,
      height:
        rowHeight(
          values.map(({axisLabel}) => axisLabel),
          ROW_HEIGHT,
        ) *
          found.length +
        10,
      data: {values},
      layer: [
        {
          data: {values: near ? [{baseline}] : []},
          mark: {type: 'rule', strokeDash: [3, 3]},
          encoding: {x: {...x, field: 'baseline'}},
        },
        {
          mark: {type: 'rule', strokeWidth: 2.5},
          encoding: {x: {...x, field: 'low'}, x2: {field: 'high'}, y, color},
        },
        {
          data: {values: seeds},
          mark: {type: 'tick', thickness: 1.5, size: 14, opacity: 0.55},
          encoding: {x, y, color},
        },
        {mark: {type: 'point', filled: true, size: 90, opacity: 1}, encoding: {x, y, color, shape}},
      ],
    },
  };
}

/** The least and the most with a little room, within 0 to 1. */
export function around(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.01, (high - low) * 0.06);
  return [Math.max(0, low - room), Math.min(1, high + room)];
}
