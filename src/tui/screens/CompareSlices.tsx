import {Box} from 'ink';
import {useMemo, type ReactElement} from 'react';
import type {Comparison} from '../../compare/comparison.js';
import type {MetricSummary} from '../../compare/groups.js';
import type {RateGap} from '../../compare/slices.js';
import {FEWEST_IMAGES} from '../../experiment/slices.js';
import {imagesText, rateText} from '../../report/tables/slice-tables.js';
import {metricText} from '../../report/text/numbers.js';
import {sliceNotes} from '../../report/text/slice-notes.js';
import {selectRow} from '../actions/navigation.js';
import {NO_SLICES} from '../actions/other.js';
import {MessagePanel} from '../components/Curves.js';
import {inside, ScrollPanel, type PanelSize} from '../components/Panel.js';
import {TablePanel} from '../components/Table.js';
import {useController, useSnapshot} from '../hooks.js';
import {cursorIndex} from '../state/lists.js';
import {shownSlices, type ShownSlices, type SliceRow} from '../state/slice-rows.js';
import type {Cell, Column} from '../text/columns.js';
import {wrappedLines, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';

const metric =
  (summary: (row: SliceRow) => MetricSummary) =>
  (row: SliceRow): Cell => ({
    text: metricText(summary(row).mean),
  });

/** A row has a slice, a run and a number for every metric; on a narrow screen no interval. */
const columnsWith = (accuracyCell: (row: SliceRow) => Cell): readonly Column<SliceRow>[] => [
  {title: 'slice', cell: ({slice}) => ({text: slice.name}), minWidth: 14},
  {title: 'run', cell: ({group}) => ({text: group}), isName: true, minWidth: 10},
  {title: 'images', align: 'right', priority: 1, cell: imagesCell},
  {title: 'accuracy', align: 'right', priority: 0, cell: accuracyCell},
  {title: 'TPR', align: 'right', priority: 2, cell: metric(({slice}) => slice.metrics.recall)},
  {title: 'FPR', align: 'right', priority: 3, cell: metric(({slice}) => slice.falsePositiveRate)},
  {title: 'F1', align: 'right', priority: 4, cell: metric(({slice}) => slice.metrics.f1)},
  {
    title: 'balanced',
    align: 'right',
    priority: 5,
    cell: metric(({slice}) => slice.metrics.balancedAccuracy),
  },
  {
    title: 'precision',
    align: 'right',
    priority: 6,
    cell: metric(({slice}) => slice.metrics.precision),
  },
  {title: 'ROC-AUC', align: 'right', priority: 7, cell: metric(({slice}) => slice.metrics.rocAuc)},
  {title: 'PR-AUC', align: 'right', priority: 8, cell: metric(({slice}) => slice.metrics.prAuc)},
  {title: 'Brier', align: 'right', priority: 9, cell: metric(({slice}) => slice.metrics.brier)},
  {title: 'ECE', align: 'right', priority: 10, cell: metric(({slice}) => slice.metrics.ece)},
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

/** Frame of the panel and titles of the columns. */
const TABLE_FRAME = 3;
const MIN_NOTES = 5;

type CompareSlicesProps = PanelSize & {readonly comparison: Comparison};

/** The slices of one head in a table, and below it the worst ones and the gaps between them. */
export function CompareSlices({comparison, width, height}: CompareSlicesProps): ReactElement {
  const controller = useController();
  const {columnPage, pane, scroll, lists, firstHead} = useSnapshot().state;
  const {screenReader} = useTheme();
  const room = screenReader ? Infinity : inside({width, height}).width;
  const slices = shownSlices(comparison, firstHead);
  const lines = useMemo(
    () => (slices === undefined ? [] : noteLines(comparison, slices, room)),
    [comparison, slices, room],
  );
  if (slices === undefined)
    return <MessagePanel title="Slices" text={NO_SLICES} {...{width, height}} isFocused />;
  const {head, rows} = slices;
  const notesLeast = Math.min(lines.length + 2, Math.max(MIN_NOTES, Math.floor(height / 3)));
  const tableHeight = Math.min(height - notesLeast, TABLE_FRAME + rows.length);
  const isTableFocused = pane % 2 === 0;
  return (
    <Box flexDirection="column">
      <TablePanel
        title={`Slices of ${head}`}
        columns={width < WIDE ? narrowColumns : wideColumns}
        items={rows}
        keyOf={rowKey}
        cursor={cursorIndex(lists.slices, rows.map(rowKey))}
        page={columnPage}
        empty=""
        width={width}
        height={tableHeight}
        isFocused={isTableFocused}
        onRow={key => selectRow(controller, 'slices', key)}
      />
      <ScrollPanel
        title="Worst slices"
        lines={lines}
        scroll={isTableFocused ? 0 : scroll}
        width={width}
        height={height - tableHeight}
        isFocused={!isTableFocused}
      />
    </Box>
  );
}

const rowKey = ({key}: SliceRow): string => key;

/** A line for each group and product, then what to know about the numbers. */
function noteLines(comparison: Comparison, {groups}: ShownSlices, width: number): Line[] {
  const gap = ({value, ...interval}: RateGap): string => rateText({mean: value, ...interval});
  return [
    ...groups.flatMap(({group, products}) =>
      products.flatMap(({by, worst, truePositiveRateGap, falsePositiveRateGap}) => {
        const place = worst === undefined ? '-' : `${worst.name} ${rateText(worst.accuracy)}`;
        const text = `${group} by ${by}: worst ${place}; TPR gap ${gap(truePositiveRateGap)}, FPR gap ${gap(falsePositiveRateGap)}.`;
        return wrappedLines(text, width, 'strong');
      }),
    ),
    ...['▾ the worst slice of its attributes.', ...sliceNotes(comparison)].flatMap(text =>
      wrappedLines(text, width, text.startsWith('Warning') ? 'warning' : 'faint'),
    ),
  ];
}
