import type {TableData} from '../../tables/table-data.js';
import {points, pointsInterval, pValue} from '../../text/numbers.js';
import type {PairVerdict} from '../../../compare/verdict.js';
import type {Figure} from '../figure.js';
import type {Report} from '../report.js';
import {CHART_WIDTH, rowHeight, wrapped, wrappedAxis} from './style.js';

const ROW_HEIGHT = 28;
/** Longest line of a label, in characters. */
const LABEL_CHARACTERS = 24;
/** More pairs are in the table only. */
const DRAWN_PAIRS = 15;

/** The differences of every pair on a head, with their intervals around no difference. */
export function differenceFigure(head: string, report: Report): Figure | undefined {
  const labelOf = (name: string): string =>
    report.rows.find(({group}) => group.name === name)?.label ?? name;
  const values = report.comparison.verdict.pairs
    .slice(0, DRAWN_PAIRS)
    .flatMap(pair => drawn(pair, head, labelOf));
  if (values.length === 0) return undefined;
  const reach = Math.max(1, ...values.flatMap(({low, high}) => [Math.abs(low), Math.abs(high)]));
  const x = {
    field: 'difference',
    type: 'quantitative',
    axis: {
      title: 'points, first − second',
      labelExpr: "(datum.value > 0 ? '+' : '') + format(datum.value, '~r')",
    },
    scale: {domain: [-reach * 1.06, reach * 1.06]},
  };
  const y = {
    field: 'pair',
    type: 'nominal',
    sort: null,
    axis: {title: null, grid: false, ...wrappedAxis},
  };
  const color = {
    field: 'significant',
    type: 'nominal',
    legend: null,
    scale: {domain: ['yes', 'no'], range: ['var(--accent)', 'var(--muted)']},
  };
  return {
    title: head,
    description: `${values.map(({words}) => words).join('; ')}.`,
    spec: {
      width: CHART_WIDTH,
      height:
        rowHeight(
          values.map(({pair}) => pair),
          ROW_HEIGHT,
        ) *
          values.length +
        10,
      data: {values},
      layer: [
        {data: {values: [{zero: 0}]}, mark: {type: 'rule'}, encoding: {x: {...x, field: 'zero'}}},
        {
          mark: {type: 'rule', strokeWidth: 2.5},
          encoding: {x: {...x, field: 'low'}, x2: {field: 'high'}, y, color},
        },
        {
          mark: {type: 'point', size: 90, strokeWidth: 2, opacity: 1},
          encoding: {
            x,
            y,
            color,
            fill: {
              field: 'significant',
              type: 'nominal',
              legend: null,
              scale: {domain: ['yes', 'no'], range: ['var(--accent)', 'var(--card)']},
            },
          },
        },
      ],
    },
  };
}

function drawn(
  {first, second, heads}: PairVerdict,
  name: string,
  labelOf: (name: string) => string,
): {
  pair: string;
  difference: number;
  low: number;
  high: number;
  significant: string;
  words: string;
}[] {
  const own = heads.find(({head}) => head === name);
  if (own === undefined || !Number.isFinite(own.difference)) return [];
  const names = [labelOf(first), labelOf(second)] as const;
  const pair = names.map(label => wrapped(label, LABEL_CHARACTERS)).join(' −\n');
  return [
    {
      pair,
      difference: 100 * own.difference,
      low: 100 * own.ciLow,
      high: 100 * own.ciHigh,
      significant: own.significant ? 'yes' : 'no',
      words: `${names.join(' − ')} ${points(own.difference)} points, 95 % interval ${pointsInterval([own.ciLow, own.ciHigh])}, ${own.significant ? 'significant' : 'not significant'}`,
    },
  ];
}

/** What was tested, how, and on how much: for below the table of differences. */
export function testTable({comparison}: Report): TableData {
  const rows = comparison.verdict.pairs.flatMap(({first, second, heads}) =>
    heads.map(({head, method, images, firstOnlyCorrect, secondOnlyCorrect, bySeed, p}) => [
      `${first} - ${second}`,
      head,
      String(images),
      String(bySeed?.seeds ?? 1),
      String(firstOnlyCorrect),
      String(secondOnlyCorrect),
      pValue(p),
      method,
    ]),
  );
  return {
    header: [
      'pair',
      'head',
      'images',
      'seeds',
      'only first correct',
      'only second correct',
      'p',
      'test',
    ],
    rows,
    right: [2, 3, 4, 5, 6],
  };
}
