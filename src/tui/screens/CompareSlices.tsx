import {useMemo, type ReactElement} from 'react';
import type {Comparison} from '../../compare/comparison.js';
import type {MetricSummary} from '../../compare/groups.js';
import type {RateGap, WorstSlice} from '../../compare/slices.js';
import {FEWEST_IMAGES} from '../../experiment/slices.js';
import {ALL_EQUAL, imagesText, rateText} from '../../report/tables/slice-tables.js';
import {metricText} from '../../report/text/numbers.js';
import {sliceNotes} from '../../report/text/slice-notes.js';
import {NO_SLICES} from '../actions/comparison.js';
import {TableAndText} from '../components/ListTable.js';
import {inside, MessagePanel, type PanelSize} from '../components/Panel.js';
import {useSnapshot} from '../hooks.js';
import {shownSlices, type ShownSlices, type SliceRow} from '../state/slice-rows.js';
import type {Cell, Column} from '../text/columns.js';
import {wrappedLines, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';

type Summary = (row: SliceRow) => MetricSummary;

/** Columns of numbers, the most important ones first. */
const numbers: readonly (readonly [title: string, summary: Summary])[] = [
  ['TPR', ({slice}) => slice.metrics.recall],
  ['FPR', ({slice}) => slice.falsePositiveRate],
  ['F1', ({slice}) => slice.metrics.f1],
  ['balanced', ({slice}) => slice.metrics.balancedAccuracy],
  ['precision', ({slice}) => slice.metrics.precision],
  ['ROC-AUC', ({slice}) => slice.metrics.rocAuc],
  ['PR-AUC', ({slice}) => slice.metrics.prAuc],
  ['Brier', ({slice}) => slice.metrics.brier],
  ['ECE', ({slice}) => slice.metrics.ece],
];

/** A row has a slice, a run and a number for every metric; on a narrow screen no interval. */
const columnsWith = (accuracyCell: (row: SliceRow) => Cell): readonly Column<SliceRow>[] => [
  {title: 'slice', cell: ({slice}) => ({text: slice.name}), minWidth: 14},
  {title: 'run', cell: ({group}) => ({text: group}), isName: true, minWidth: 10},
  {title: 'images', align: 'right', priority: 1, cell: imagesCell},
  {title: 'accuracy', align: 'right', priority: 0, cell: accuracyCell},
  ...numbers.map(([title, summary], index): Column<SliceRow> => ({
    ...{title, align: 'right', priority: 2 + index},
    cell: row => ({text: metricText(summary(row).mean)}),
  })),
];

function imagesCell({slice}: SliceRow): Cell {
  return {
    text: imagesText(slice),
    ...(slice.images < FEWEST_IMAGES ? {role: 'warning'} : {}),
  };
}

/** The worst slice has a mark, not a colour alone. */
function marked(text: string, {isWorst}: SliceRow): Cell {
  return isWorst ? {text: `${text} ▾`, role: 'warning'} : {text: `${text}  `};
}

const wideColumns = columnsWith(row => marked(rateText(row.slice.metrics.accuracy), row));
const narrowColumns = columnsWith(row => marked(metricText(row.slice.metrics.accuracy.mean), row));
/** Columns of the terminal from which on intervals fit beside the number of images. */
const WIDE = 76;

type CompareSlicesProps = PanelSize & {readonly comparison: Comparison};

/** The slices of one head in a table, and below it the worst ones and the gaps between them. */
export function CompareSlices({comparison, ...size}: CompareSlicesProps): ReactElement {
  const {firstHead} = useSnapshot().state;
  const {screenReader} = useTheme();
  const room = screenReader ? Infinity : inside(size).width;
  const slices = shownSlices(comparison, firstHead);
  const lines = useMemo(
    () => (slices === undefined ? [] : noteLines(comparison, slices, room)),
    [comparison, slices, room],
  );
  if (slices === undefined)
    return <MessagePanel title="Slices" text={NO_SLICES} {...size} isFocused />;
  return (
    <TableAndText
      title={`Slices of ${slices.head}`}
      list="slices"
      columns={size.width < WIDE ? narrowColumns : wideColumns}
      items={slices.rows}
      keyOf={rowKey}
      text={{title: 'Worst slices', lines}}
      {...size}
    />
  );
}

const rowKey = ({key}: SliceRow): string => key;

/** `worst Male=1 0.835 (0.777-0.880)` */
function placeOf(worst: WorstSlice | undefined): string {
  if (worst === undefined) return 'worst -';
  const {name, accuracy} = worst;
  return `${name === undefined ? ALL_EQUAL : `worst ${name}`} ${rateText(accuracy)}`;
}

/** A line for each group and product, then what to know about the numbers. */
function noteLines(comparison: Comparison, {groups}: ShownSlices, width: number): Line[] {
  const gap = ({value, ...interval}: RateGap): string => rateText({mean: value, ...interval});
  return [
    ...groups.flatMap(({group, products}) =>
      products.flatMap(({by, worst, truePositiveRateGap, falsePositiveRateGap}) => {
        const text = `${group} by ${by}: ${placeOf(worst)}; TPR gap ${gap(truePositiveRateGap)}, FPR gap ${gap(falsePositiveRateGap)}.`;
        return wrappedLines(text, width, 'strong');
      }),
    ),
    ...['▾ the worst slice of its attributes.', ...sliceNotes(comparison)].flatMap(text =>
      wrappedLines(text, width, text.startsWith('Warning') ? 'warning' : 'faint'),
    ),
  ];
}
