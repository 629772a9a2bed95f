import {isBroken, type RunRecord} from '../../runs/run-record.js';
import {trainingSeconds} from '../../runs/run-state.js';
import {duration, thousands} from '../../util/format.js';
import {cursorIndex, passes} from '../state/lists.js';
import type {InterfaceState} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {line, span} from '../text/line.js';
import {inside, titleWithWindow, type Layout} from './pane.js';
import {accuracyText, meanAccuracy, statusCell} from './run-text.js';
import {listLine, tableLines, type Column, type Row} from './table.js';
import {windowAround} from './window.js';

const columns: readonly Column[] = [
  {title: ' '},
  {title: 'Started', fold: 5},
  {title: 'Experiment'},
  {title: 'Status', fold: 2},
  {title: 'Seed', align: 'right', fold: 6},
  {title: 'Parameters', align: 'right', fold: 7},
  {title: 'Time', align: 'right', fold: 4},
  {title: 'Validation accuracy', flexible: true, fold: 1},
];

/** The runs that the filter lets through, in the chosen order. */
export function visibleRuns({runs, state}: Pick<Snapshot, 'runs' | 'state'>): readonly RunRecord[] {
  const {filter} = state.lists.runs;
  return runs
    .filter(({folder, state: run, status}) => passes(filter, folder.id, run.experiment, status))
    .map(record => ({record, value: sortValue(record, state.sort.column)}))
    .sort((a, b) => compareValues(a.value, b.value) * (state.sort.descending ? -1 : 1))
    .map(({record}) => record);
}

function sortValue(
  {folder, state, status}: RunRecord,
  column: InterfaceState['sort']['column'],
): string | number {
  switch (column) {
    case 'started':
      return folder.id;
    case 'experiment':
      return state.experiment;
    case 'status':
      return status;
    case 'accuracy':
      return meanAccuracy(state);
    case 'time':
      return trainingSeconds(state);
    default:
      return column satisfies never;
  }
}

/** What is unknown sorts below everything. */
function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return (Number.isNaN(a) ? -Infinity : a) - (Number.isNaN(b) ? -Infinity : b);
  }
  return String(a).localeCompare(String(b), 'en');
}

function runRow({folder, info, state, status}: RunRecord, marked: boolean): Row {
  const broken = isBroken(info);
  const parameters = state.models.reduce((sum, {parameters: own}) => sum + own, 0);
  return {
    key: folder.id,
    cells: [
      {text: marked ? '●' : ' ', role: 'accent'},
      {text: startedText(folder.id), role: 'faint'},
      {text: state.experiment || (broken ? folder.id.slice(16) : info.experiment)},
      statusCell(status),
      {text: broken ? '' : String(info.seed)},
      {text: parameters === 0 ? '' : thousands(parameters)},
      {text: duration(trainingSeconds(state))},
      {text: state.failure?.message.split('\n')[0] ?? accuracyText(state)},
    ],
  };
}

/** `11-24 14:32:05` of a run's id. */
function startedText(id: string): string {
  const [, month, day, hour, minute, second] =
    /^\d{4}(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  return month === undefined ? '' : `${month}-${day} ${hour}:${minute}:${second}`;
}

/** All runs of the folder, also those of other programs. */
export function runsPanes(snapshot: Snapshot, width: number, height: number): Layout {
  const {state} = snapshot;
  const shown = visibleRuns(snapshot);
  const list = state.lists.runs;
  const rows = shown.map(record => runRow(record, list.marked.has(record.folder.id)));
  const room = inside({width, height});
  const keys = rows.map(({key}) => key);
  const at = cursorIndex(list, keys);
  const seen = windowAround(rows.length, at, room.height - 1);
  const table = tableLines(columns, rows, room.width - 1);
  const body = table.rows
    .slice(seen.from, seen.to)
    .map((content, index) => listLine(content, seen.from + index === at, true));
  const order = `${state.sort.column} ${state.sort.descending ? '↓' : '↑'}`;
  const empty =
    list.filter === ''
      ? 'There are no runs yet. Start one from the first screen.'
      : `No run has "${list.filter}" in its name or status. Esc shows all.`;
  return {
    key: 'runs',
    title: `${titleWithWindow('Runs', seen, rows.length)} · by ${order}`,
    width,
    height,
    focused: true,
    lines: rows.length === 0 ? [line(empty)] : [[span(' '), ...table.header], ...body],
  };
}
