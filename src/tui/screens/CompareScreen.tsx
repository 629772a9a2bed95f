import {useMemo, type ReactElement} from 'react';
import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import {BEST_MEANING} from '../../report/tables/columns.js';
import {metricTitle} from '../../report/text/pair-sentence.js';
import {verdictSentences} from '../../report/text/verdict.js';
import {groupingLines} from '../../report/tables/grouping-table.js';
import {verdictNotes} from '../../report/text/verdict-notes.js';
import type {RunRecord} from '../../runs/run-record.js';
import {accuracyCurve, overlayChart} from '../charts/curves.js';
import {TableAndText} from '../components/ListTable.js';
import {ChartPanel, inside, MessagePanel, type PanelSize} from '../components/Panel.js';
import {useSnapshot} from '../hooks.js';
import {comparedRecords, withoutRunsText} from '../state/selectors.js';
import {columnPages, naturalWidths, type Column} from '../text/columns.js';
import {wrappedLines, type Line, type Role} from '../text/line.js';
import {useTheme} from '../theme.js';
import {CompareSlices} from './CompareSlices.js';
import {BEST_MARK, compareColumns, headsOf, partialNotes} from '../text/compare-columns.js';

const NOTHING =
  'Nothing to compare yet. Mark runs with Space on the Runs screen and press c, or run several experiments.';
const MIN_CURVES = 10;

/** The compared runs in a table, the verdict, and their curves in one chart. */
export function CompareScreen(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {runs, state, comparison} = snapshot;
  const {result, error} = comparison;
  const records = useMemo(() => comparedRecords({runs, state}), [runs, state]);
  if (result === undefined) {
    const count = comparison.ids.length;
    const progress = count === 1 ? 'Measuring the run …' : `Comparing ${count} runs …`;
    const text = error ?? (count === 0 ? withoutRunsText(snapshot, NOTHING) : progress);
    return <MessagePanel title="Comparison" text={text} {...size} isFocused />;
  }
  return state.slices && result.slices.length > 0 ? (
    <CompareSlices comparison={result} {...size} />
  ) : (
    <Compared result={result} records={records} {...size} />
  );
}

type ComparedProps = PanelSize & {
  readonly result: Comparison;
  readonly records: readonly RunRecord[];
};

/** Table above, verdict and curves below where there is room. */
function Compared({result, records, ...size}: ComparedProps): ReactElement {
  const {allColumns} = useSnapshot().state;
  const {screenReader} = useTheme();
  const room = inside(size).width;
  const columns = useMemo(
    () => fittingColumns(result, allColumns, records, room),
    [result, allColumns, records, room],
  );
  const verdict = useMemo(
    () => verdictLines(result, records, isMarked(columns, result), screenReader ? Infinity : room),
    [result, records, columns, screenReader, room],
  );
  return (
    <TableAndText
      title={titleOf(result)}
      list="compare"
      columns={columns}
      items={result.groups}
      keyOf={groupKey}
      text={{title: 'Verdict', lines: verdict}}
      rest={{
        least: MIN_CURVES,
        draw: place => <GroupCurves result={result} records={records} {...place} />,
      }}
      {...size}
    />
  );
}

/** `Comparison`, and by what: `Comparison by F1`. */
function titleOf(result: Comparison): string {
  return result.metric === 'accuracy' ? 'Comparison' : `Comparison by ${metricTitle(result)}`;
}

const groupKey = ({name}: Group): string => name;

/** With intervals where the accuracies of all heads fit with them: a number for every head says more. */
function fittingColumns(
  result: Comparison,
  all: boolean,
  records: readonly RunRecord[],
  width: number,
): readonly Column<Group>[] {
  const columns = compareColumns(result, all, records);
  const count = 1 + headsOf(result, records).length;
  const [page = []] = columnPages(columns, naturalWidths(columns, result.groups), width);
  const isEveryHeadShown = page.filter(({index}) => index < count).length === count;
  return isEveryHeadShown ? columns : compareColumns(result, all, records, false);
}

function isMarked(columns: readonly Column<Group>[], {groups}: Comparison): boolean {
  return columns.some(({cell}) => groups.some(group => cell(group).text.endsWith(BEST_MARK)));
}

/** The sentences of the verdict, and the notes that they rely on. */
function verdictLines(
  result: Comparison,
  records: readonly RunRecord[],
  hasBest: boolean,
  width: number,
): Line[] {
  const best = hasBest ? [`${BEST_MARK} ${BEST_MEANING}`] : [];
  const texts: readonly [Role, readonly string[]][] = [
    ['strong', verdictSentences(result)],
    ['warning', partialNotes(result.groups, records)],
    ['faint', [...groupingLines(result), ...best, ...verdictNotes(result)]],
  ];
  return texts.flatMap(([role, all]) => all.flatMap(text => wrappedLines(text, width, role)));
}

/** Validation accuracy of the groups: on the first head, or the head that is scrolled to. */
function GroupCurves({result, records, ...size}: ComparedProps): ReactElement {
  const {firstHead} = useSnapshot().state;
  const heads = [...new Set(records.flatMap(({state}) => state.heads))];
  const head = heads[Math.min(firstHead, heads.length - 1)];
  if (head === undefined) return <></>;
  const epochs = Math.max(1, ...records.map(({state}) => state.epochs));
  const curves = result.groups.map(({name, runs}) => {
    const ids = new Set(runs.map(({id}) => id));
    const members = records.flatMap(({state}) => (ids.has(state.id) ? [state] : []));
    const results = new Set(runs.flatMap(({id, problem}) => (problem === undefined ? [id] : [])));
    const ended = members.filter(({id}) => results.has(id));
    return accuracyCurve(name, members, head, ended.length > 0 ? ended : members);
  });
  const most = Math.max(0, ...curves.map(curve => curve.runs));
  const over = most > 1 ? ` · median of ${most} runs` : '';
  return (
    <ChartPanel
      title={`${head} validation accuracy${over} · ] next head`}
      draw={area => overlayChart(curves, epochs, area)}
      {...size}
    />
  );
}
