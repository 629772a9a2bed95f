import {bytes, duration, milliseconds, thousands} from '../../../util/format.js';
import type {ComparedGroup} from '../../../compare/groups.js';
import type {Figure} from '../figure.js';
import type {ReportRow} from '../report-row.js';
import {rowHeight, seriesScale, wrapped, wrappedAxis} from './style.js';

type Cost = {
  readonly title: string;
  readonly value: (group: ComparedGroup) => number;
  readonly text: (value: number) => string;
};

const ROW_HEIGHT = 30;
/** Longest line of a label, in characters. */
const LABEL_CHARACTERS = 14;
const WIDTH = 340;

/** What the rows cost: a small chart of bars for each kind of cost that is known of any. */
export function costFigures(rows: readonly ReportRow[]): Figure[] {
  const batch = rows.find(({group}) => Number.isFinite(group.batchImages))?.group.batchImages;
  const costs: readonly Cost[] = [
    {title: 'Parameters', value: ({parameters}) => parameters, text: thousands},
    {title: 'Time to train', value: ({seconds}) => seconds, text: duration},
    {
      title: 'Images a second, while training',
      value: ({imagesPerSecond}) => imagesPerSecond,
      text: thousands,
    },
    {title: 'Size on disk', value: ({bytes: size}) => size, text: bytes},
    {title: 'Answer for 1 image', value: ({imageMs}) => imageMs, text: milliseconds},
    {
      title: `Answer for ${batch ?? 'a batch of'} images`,
      value: ({batchMs}) => batchMs,
      text: milliseconds,
    },
  ];
  return costs.flatMap(cost => costFigure(cost, rows));
}

function costFigure({title, value, text}: Cost, rows: readonly ReportRow[]): Figure[] {
  const values = rows.flatMap(({label, group}, row) => {
    const own = value(group);
    return Number.isFinite(own)
      ? [
          {
            row: String(row),
            label,
            axisLabel: wrapped(label, LABEL_CHARACTERS),
            value: own,
            text: text(own),
          },
        ]
      : [];
  });
  if (values.length === 0) return [];
  const top = Math.max(...values.map(item => item.value), Number.MIN_VALUE);
  const y = {
    field: 'axisLabel',
    type: 'nominal',
    sort: null,
    axis: {title: null, grid: false, ...wrappedAxis},
  };
  const x = {
    field: 'value',
    type: 'quantitative',
    axis: null,
    stack: null,
    // Room for the number at the end of the longest bar.
    scale: {domain: [0, top * 1.45], nice: false},
  };
  const {color} = seriesScale(values.map(({row}) => Number(row)));
  return [
    {
      title,
      description: `${values.map(item => `${item.label} ${item.text}`).join('; ')}.`,
      spec: {
        width: WIDTH,
        height:
          rowHeight(
            values.map(({axisLabel}) => axisLabel),
            ROW_HEIGHT,
          ) * values.length,
        data: {values},
        encoding: {x, y},
        layer: [
          {mark: {type: 'bar', height: 14, cornerRadius: 2}, encoding: {color}},
          {
            mark: {type: 'text', align: 'left', dx: 6},
            encoding: {text: {field: 'text', type: 'nominal'}},
          },
        ],
      },
    },
  ];
}
