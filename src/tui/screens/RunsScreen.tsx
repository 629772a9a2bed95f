import {useMemo, type ReactElement} from 'react';
import {
  accuracyText,
  experimentOf,
  hasValue,
  runFacts,
  type RunFact,
} from '../../runs/run-facts.js';
import {tagsText} from '../../runs/run-notes.js';
import type {RunRecord} from '../../runs/run-record.js';
import {duration, fraction, oneLine, thousands} from '../../util/format.js';
import {sortBy} from '../actions/runs.js';
import {ListTable} from '../components/ListTable.js';
import {inside, type PanelSize} from '../components/Panel.js';
import {useController, useSnapshot} from '../hooks.js';
import {listedRuns, runUnderCursor, withoutRunsText} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import type {Cell, Column} from '../text/columns.js';
import {capitalized} from '../text/fit.js';
import {wrappedLines, type Line} from '../text/line.js';
import {statusCell} from '../text/run-text.js';
import {waitText} from '../../runs/cluster/reason-text.js';

const NAME: Column<RunRecord> = {
  title: 'Experiment',
  isName: true,
  minWidth: 22,
  cell: record => ({text: experimentOf(record)}),
};
/** Where runs share a name, the seed tells them apart, and needs room at 60 columns. */
const SHARED_NAME: Column<RunRecord> = {...NAME, minWidth: 16};
const STATUS: Column<RunRecord> = {title: 'Status', cell: ({status}) => statusCell(status)};
const RESULT: Column<RunRecord> = {
  title: 'Result',
  priority: 1,
  minWidth: 12,
  cell: ({state, status, task}) => ({
    text:
      status === 'queued' && task !== undefined
        ? waitText(task)
        : (state.failure?.message.split('\n')[0] ?? accuracyText(state)),
  }),
};

/** Behind the facts of the first page: the line below the table has the tags of the run under the cursor. */
const TAGS: Column<RunRecord> = {
  title: 'Tags',
  priority: 9,
  minWidth: 10,
  cell: ({notes}) => ({text: tagsText(notes), role: 'accent'}),
};

/** Facts that have a place on the first page, if there is room; the others follow in their order. */
const first: readonly string[] = ['fold', 'time', 'started', 'seed', 'parameters'];
/** The columns above show them. */
const elsewhere: ReadonlySet<string> = new Set(['experiment', 'status', 'tags', 'note']);

/** The last columns: they change with the facts, and not with every run. */
let last: {readonly keys: string; readonly columns: readonly Column<RunRecord>[]} | undefined;

function columnsOf(runs: readonly RunRecord[]): readonly Column<RunRecord>[] {
  const facts = runFacts(runs).filter(({key}) => !elsewhere.has(key));
  const tags = runs.some(({notes}) => tagsText(notes) !== '') ? [TAGS] : [];
  const isShared = haveSeedsOfOneName(runs);
  const keys = JSON.stringify([isShared, ...tags, ...facts]);
  if (last?.keys !== keys) last = {keys, columns: placedColumns(facts, tags, isShared)};
  return last.columns;
}

/** Whether runs of one experiment differ in their seeds. */
function haveSeedsOfOneName(runs: readonly RunRecord[]): boolean {
  const seeded = runs.filter(({info}) => info?.seed !== undefined);
  const names = new Set(seeded.map(experimentOf));
  const seeds = new Set(seeded.map(run => [run.info?.seed, experimentOf(run)].join(' ')));
  return seeds.size > names.size;
}

/** After the result, before the tags. */
const SEED_OF_SHARED_NAME = 1.5;

function placedColumns(
  facts: readonly RunFact[],
  tags: readonly Column<RunRecord>[],
  isNameShared: boolean,
): readonly Column<RunRecord>[] {
  const columns = facts.map((fact, index) => {
    const place = first.indexOf(fact.key);
    if (isNameShared && fact.key === 'seed') return factColumn(fact, SEED_OF_SHARED_NAME);
    return factColumn(fact, place === -1 ? 10 + index : 3 + place);
  });
  const name = isNameShared ? SHARED_NAME : NAME;
  // The first fact says when a run started.
  return [...columns.slice(0, 1), name, ...tags, STATUS, RESULT, ...columns.slice(1)];
}

function factColumn({key, kind, value}: RunFact, priority: number): Column<RunRecord> {
  const title = capitalized(key);
  if (kind === 'text' || kind === 'words')
    return {title, priority, cell: record => textCell(value(record))};
  // A seed is copied into filters, which take no separators.
  const text = key === 'seed' ? String : texts[kind];
  const cell = (record: RunRecord): Cell => {
    const number = value(record);
    return {text: hasValue(number) ? text(Number(number)) : '-'};
  };
  return {title, priority, align: 'right', cell};
}

/** The fact that a column shows; the result is sorted by accuracy. */
function factOf(title: string, runs: readonly RunRecord[]): string {
  if (title === RESULT.title) return 'accuracy';
  return runFacts(runs).find(({key}) => capitalized(key) === title)?.key ?? title;
}

const texts = {
  number: thousands,
  seconds: duration,
  accuracy: (value: number) => fraction(value, 3),
} as const;

/** Without the year: the newest runs are what one looks for. */
function textCell(value: string | number | undefined): Cell {
  return {text: String(value ?? '').replace(/^\d{4}-(?=\d\d-\d\d )/, '')};
}

/** All runs of the folder, also those of other programs. */
export function RunsScreen(size: PanelSize): ReactElement {
  const controller = useController();
  const snapshot = useSnapshot();
  const {runs, state} = snapshot;
  const {lists, columnPage} = state;
  const {filter, marked} = lists.runs;
  const columns = useMemo(() => columnsOf(runs), [runs]);
  const {shown: records, problems} = listedRuns(snapshot);
  const width = inside(size).width;
  return (
    <ListTable
      list="runs"
      title="Runs"
      note={noteOf(snapshot, records)}
      columns={columns}
      items={records}
      keyOf={runKey}
      marked={marked}
      page={columnPage}
      empty={
        filter === ''
          ? withoutRunsText(snapshot, 'There are no runs yet. Start one from the first screen.')
          : `No run fits the filter ${filter}. Esc shows all.`
      }
      details={[
        ...problems.flatMap(text => wrappedLines(text, width, 'warning')),
        ...noteLines(snapshot, width),
      ]}
      {...size}
      isFocused
      onTitle={title => sortBy(controller, factOf(title, runs))}
    />
  );
}

/** The whole note is in `notes.json`, and N shows it. */
const MAX_NOTE_LINES = 3;

const runKey = ({folder}: RunRecord): string => folder.id;

/** The tags and the note of the run under the cursor, or why they cannot be read. */
function noteLines(snapshot: Snapshot, width: number): readonly Line[] {
  const {notes} = runUnderCursor(snapshot) ?? {};
  if (notes === undefined) return [];
  if (notes.fault !== undefined) return wrappedLines(oneLine(notes.fault), width, 'warning');
  const tags = tagsText(notes);
  return [
    ...(tags === '' ? [] : wrappedLines(`Tags: ${tags}`, width, 'accent').slice(0, 1)),
    ...(notes.note === ''
      ? []
      : wrappedLines(`Note: ${oneLine(notes.note)}`, width).slice(0, MAX_NOTE_LINES)),
  ];
}

/** The order, and the marks: also those of runs that the filter hides. */
function noteOf({runs, state}: Snapshot, shown: readonly RunRecord[]): string {
  const {marked, filter} = state.lists.runs;
  const {column, descending} = state.sort;
  const visible = new Set(shown.map(runKey));
  const hidden = [...marked].filter(id => !visible.has(id)).length;
  return [
    filter === '' ? '' : ` · ${shown.length} of ${runs.length} fit`,
    ` · by ${column} ${descending ? '↓' : '↑'}`,
    marked.size === 0 ? '' : ` · ${marked.size} marked`,
    hidden === 0 ? '' : `, ${hidden} of them hidden`,
  ].join('');
}
