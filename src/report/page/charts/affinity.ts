import {
  affinityPairs,
  affinityTitles,
  clustered,
  type GroupAffinity,
} from '../../../compare/affinity.js';
import {affinityText} from '../../tables/affinity-table.js';
import type {Figure} from '../figure.js';
import {nominal, quantitative} from './style.js';

/** More heads than this have no numbers in their cells. */
const MOST_NUMBERS = 6;
/** More than this have small names. */
const MOST_LARGE = 20;
const WIDTH = 440;
/** Height of a row in pixels. */
const ROWS = {numbers: 34, large: 22, small: 14} as const;

/** A heat map of all pairs of heads, in the order of their clusters. */
export function affinityFigure(label: string, affinity: GroupAffinity): Figure {
  const {names, matrix} = clustered(affinity);
  const title = affinityTitles[affinity.method];
  const pairs = affinityPairs(affinity);
  const most = Math.max(...pairs.map(({value}) => Math.abs(value)), Number.MIN_VALUE);
  const values = matrix.flatMap((row, affected) =>
    row.flatMap((value, helper) =>
      value === null || affected === helper
        ? []
        : [
            {
              affected: names[affected],
              helper: names[helper],
              sign: value < 0 ? 'hinders' : 'helps',
              strength: Math.abs(value) / most,
              text: affinityText(value),
            },
          ],
    ),
  );
  const hasNumbers = names.length <= MOST_NUMBERS;
  const isLarge = names.length <= MOST_LARGE;
  const axis = {
    title: null,
    labelFontSize: isLarge ? 13 : 10,
    labelLimit: 160,
    labelOverlap: false,
  };
  const scale = {domain: names};
  const runs = affinity.runs === 1 ? '' : `, mean over ${affinity.runs} runs`;
  return {
    title: `${label}: ${title}${runs}`,
    description: descriptionOf(pairs),
    spec: {
      width: WIDTH,
      height: names.length * ROWS[hasNumbers ? 'numbers' : isLarge ? 'large' : 'small'],
      data: {values},
      encoding: {
        x: {...nominal('helper'), scale, axis: {...axis, orient: 'top', labelAngle: -60}},
        y: {...nominal('affected'), scale, axis},
      },
      layer: [
        {
          mark: {type: 'rect', stroke: 'var(--line)', strokeWidth: 0.5},
          encoding: {
            fill: {
              ...nominal('sign'),
              legend: null,
              scale: {domain: ['helps', 'hinders'], range: ['var(--series-1)', 'var(--series-2)']},
            },
            fillOpacity: {
              ...quantitative('strength', null, {domain: [0, 1], range: [0, 0.85]}),
              legend: null,
            },
          },
        },
        ...(hasNumbers ? [{mark: {type: 'text'}, encoding: {text: nominal('text')}}] : []),
      ],
    },
    note: 'Blue cells help, orange cells hinder; the stronger the colour, the more.',
    ...(hasNumbers ? {} : {table: tableOf(names, matrix)}),
  };
}

function descriptionOf(pairs: ReturnType<typeof affinityPairs>): string {
  const [highest, lowest] = [pairs[0], pairs.at(-1)];
  if (highest === undefined || lowest === undefined) return 'No pair of heads has a value.';
  const text = ({affected, helper, value}: typeof highest): string =>
    `${affected} from ${helper} ${affinityText(value)}`;
  return `Highest: ${text(highest)}. Lowest: ${text(lowest)}.`;
}

function tableOf(
  names: readonly string[],
  matrix: GroupAffinity['matrix'],
): NonNullable<Figure['table']> {
  return {
    header: ['affected', ...names],
    rows: matrix.map((row, index) => [
      names[index]!,
      ...row.map(value => (value === null ? '-' : affinityText(value))),
    ]),
    right: names.map((_, index) => index + 1),
  };
}
