import {Box} from 'ink';
import {Table} from 'ink-table';
import type {ReactElement, ReactNode} from 'react';
import type {Comparison} from '../../compare/comparison.js';
import {keptAccuracy, learningCurve} from '../../compare/learning-curves.js';
import {BEST_MEANING} from '../../report/tables/columns.js';
import {verdictNotes, verdictSentences} from '../../report/text/verdict.js';
import type {RunRecord} from '../../runs/run-record.js';
import {overlayChart} from '../charts/curves.js';
import {ChartPanel, MessagePanel} from '../components/Curves.js';
import {inside, Panel, type PanelSize} from '../components/Panel.js';
import {Styled, TextLines} from '../components/TextLines.js';
import {useSnapshot} from '../hooks.js';
import {comparedRecords} from '../state/selectors.js';
import {cut, widthOf} from '../text/fit.js';
import {wrappedLines, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';
import {compareColumns, headsOf, type CompareColumn} from '../text/compare-columns.js';
import {partialNotes} from '../text/partial-metrics.js';

const MIN_CURVES = 10;
/** Frame of a panel, and lines of the table around its rows. */
const TABLE_FRAME = 2 + 4;
const MAX_CELL = 28;

/** The compared runs in a table, the verdict, and their curves in one chart. */
export function CompareScreen(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {result, error} = snapshot.comparison;
  if (result === undefined) {
    const text =
      error ??
      'Nothing to compare yet. Mark runs with Space on the Runs screen and press c, or run several experiments.';
    return <MessagePanel title="Comparison" text={text} {...size} isFocused />;
  }
  return <Compared result={result} records={comparedRecords(snapshot)} {...size} />;
}

type ComparedProps = PanelSize & {
  readonly result: Comparison;
  readonly records: readonly RunRecord[];
};

/** Table above, verdict and curves below where there is room. */
function Compared({result, records, width, height}: ComparedProps): ReactElement {
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  const all = compareColumns(result, state.allColumns, records);
  const heads = headsOf(result, records);
  const room = inside({width, height}).width;
  // A number for every head says more than an interval for some.
  const isWithIntervals = fitting(all.slice(0, 1 + heads.length), 0, room).length > heads.length;
  const columns = isWithIntervals ? all : compareColumns(result, state.allColumns, records, false);
  const isMarked = all.some(({best}) => best !== undefined);
  const verdict = verdictLines(result, records, isMarked, screenReader ? Infinity : room);
  if (screenReader) return <SpokenComparison columns={columns} verdict={verdict} />;
  // The table draws a line between each two rows.
  const tableHeight = Math.min(height, TABLE_FRAME + 2 * result.groups.length - 1);
  const below = height - tableHeight;
  const verdictHeight = verdict.length === 0 || below < 3 ? 0 : Math.min(verdict.length + 2, below);
  const curvesHeight = below - verdictHeight;
  return (
    <Box flexDirection="column">
      <CompareTable columns={columns} width={width} height={tableHeight} />
      {verdictHeight > 0 && (
        <Panel title="Verdict" width={width} height={verdictHeight}>
          <TextLines lines={verdict.slice(0, verdictHeight - 2)} width={room} />
        </Panel>
      )}
      {curvesHeight >= MIN_CURVES && (
        <GroupCurves result={result} records={records} width={width} height={curvesHeight} />
      )}
    </Box>
  );
}

/** The sentences of the verdict, and the notes that they rely on. */
function verdictLines(
  result: Comparison,
  records: readonly RunRecord[],
  isMarked: boolean,
  width: number,
): Line[] {
  const wrapped = (texts: readonly string[], role: 'strong' | 'warning' | 'faint'): Line[] =>
    texts.flatMap(text => wrappedLines(text, width, role));
  return [
    ...wrapped(verdictSentences(result), 'strong'),
    ...wrapped(partialNotes(result.groups, records), 'warning'),
    ...wrapped([...(isMarked ? [`★ ${BEST_MEANING}`] : []), ...verdictNotes(result)], 'faint'),
  ];
}

type CompareTableProps = PanelSize & {readonly columns: readonly CompareColumn[]};

/** As many columns as fit; the title says how many more there are, and the arrows lead to them. */
function CompareTable({columns, ...size}: CompareTableProps): ReactElement {
  const {firstColumn} = useSnapshot().state;
  const theme = useTheme();
  const shown = fitting(columns, firstColumn, inside(size).width);
  const hidden = columns.length - shown.length;
  const arrows = theme.ascii ? 'Left Right' : '← →';
  const rows = (columns[0]?.cells ?? []).map((_, row) =>
    Object.fromEntries(shown.map(column => [theme.text(column.title), cellText(column, row)])),
  );
  const more = hidden === 0 ? '' : ` · ${hidden} more columns: ${arrows}`;
  return (
    <Panel title={`Comparison of ${rows.length}${more}`} {...size} isFocused>
      <Table
        data={rows}
        columns={shown.map(({title, align}) => ({key: theme.text(title), align}))}
        padding={1}
        header={({children}) => <Styled role="strong">{flat(children)}</Styled>}
        skeleton={({children}) => <Styled role="faint">{flat(children)}</Styled>}
        cell={({children}) => (
          <Styled role={flat(children).includes('★') ? 'good' : 'plain'}>{flat(children)}</Styled>
        )}
      />
    </Panel>
  );
}

function flat(children: ReactNode): string {
  return Array.isArray(children) ? children.map(String).join('') : String(children as string);
}

type SpokenComparisonProps = {
  readonly columns: readonly CompareColumn[];
  readonly verdict: readonly Line[];
};

/** The table as a sentence for each run, for a screen reader. */
function SpokenComparison({columns, verdict}: SpokenComparisonProps): ReactElement {
  return (
    <Box flexDirection="column">
      {(columns[0]?.cells ?? []).map((_, row) => {
        const cells = columns.map(
          ({title, cells: texts, best}) =>
            `${title} ${texts[row] ?? ''}${best === row ? ', best' : ''}`,
        );
        return <Styled key={row}>{`${cells.join('. ')}.`}</Styled>;
      })}
      <TextLines lines={verdict} width={Infinity} />
    </Box>
  );
}

/** The best of a column is marked by a star, not by colour alone. */
function cellText({cells, best}: CompareColumn, row: number): string {
  const text = cut(cells[row] ?? '', MAX_CELL);
  return best === undefined ? text : `${text}${best === row ? ' ★' : '  '}`;
}

/** The names, and as many columns as fit from `first` on; at the end, the last columns that fit. */
function fitting(
  [names, ...columns]: readonly CompareColumn[],
  first: number,
  width: number,
): readonly CompareColumn[] {
  if (names === undefined) return [];
  for (let start = Math.min(first, columns.length); start > 0; start--) {
    const earlier = thatFit([names, ...columns.slice(start - 1)], width);
    if (earlier.length < columns.length - start + 2)
      return thatFit([names, ...columns.slice(start)], width);
  }
  return thatFit([names, ...columns], width);
}

function thatFit(columns: readonly CompareColumn[], width: number): readonly CompareColumn[] {
  let used = 1;
  const shown: CompareColumn[] = [];
  for (const column of columns) {
    const texts = [column.title, ...column.cells.map((_, row) => cellText(column, row))];
    used += Math.max(...texts.map(widthOf)) + 3;
    if (used > width && shown.length > 0) break;
    shown.push(column);
  }
  return shown;
}

/** Validation accuracy of the groups: on the first head, or the head that is scrolled to. */
function GroupCurves({result, records, ...size}: ComparedProps): ReactElement | undefined {
  const {scroll} = useSnapshot().state;
  const heads = [...new Set(records.flatMap(({state}) => state.heads))];
  const head = heads[scroll % Math.max(1, heads.length)];
  if (head === undefined) return undefined;
  const epochs = Math.max(1, ...records.map(({state}) => state.epochs));
  const curves = result.groups.map(({name, runs}) => {
    const ids = new Set(runs.map(({id}) => id));
    const members = records.flatMap(({state}) => (ids.has(state.id) ? [state] : []));
    const points = learningCurve(members, head, 'validation', 'accuracy');
    const results = new Set(runs.flatMap(({id, problem}) => (problem === undefined ? [id] : [])));
    const ended = members.filter(({id}) => results.has(id));
    const accuracy = keptAccuracy(ended.length > 0 ? ended : members, head);
    return {name, seeds: members.length, points, accuracy};
  });
  const seeds = Math.max(0, ...curves.map(curve => curve.seeds));
  const over = seeds > 1 ? ` · mean of ${seeds} seeds` : '';
  return (
    <ChartPanel
      title={`${head} validation accuracy${over} · ↓ next head`}
      draw={area => overlayChart(curves, epochs, area)}
      {...size}
    />
  );
}
