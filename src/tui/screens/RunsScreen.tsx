import type {ReactElement} from 'react';
import {trainingSeconds, type RunState} from '../../runs/run-state.js';
import type {RunRecord} from '../../runs/run-record.js';
import {duration, thousands} from '../../util/format.js';
import type {PanelSize} from '../components/Panel.js';
import {selectRow} from '../actions/navigation.js';
import {useController, useSnapshot} from '../hooks.js';
import {TablePanel} from '../components/Table.js';
import {cursorIndex} from '../state/lists.js';
import {visibleRuns} from '../state/selectors.js';
import type {Cell, Column} from '../text/columns.js';
import {accuracyText, statusCell} from '../text/run-text.js';

const columns: readonly Column<RunRecord>[] = [
  {title: 'Started', priority: 3, cell: ({folder}) => faint(startedText(folder.id))},
  {title: 'Experiment', isName: true, minWidth: 14, cell: record => ({text: nameText(record)})},
  {title: 'Status', cell: ({status}) => statusCell(status)},
  {
    title: 'Seed',
    align: 'right',
    priority: 4,
    cell: ({info}) => ({text: String(info?.seed ?? '')}),
  },
  {title: 'Parameters', align: 'right', priority: 5, cell: ({state}) => parametersCell(state)},
  {
    title: 'Time',
    align: 'right',
    priority: 2,
    cell: ({state}) => ({text: duration(trainingSeconds(state))}),
  },
  {
    title: 'Validation accuracy',
    priority: 1,
    minWidth: 12,
    cell: ({state}) => ({text: state.failure?.message.split('\n')[0] ?? accuracyText(state)}),
  },
];

/** All runs of the folder, also those of other programs. */
export function RunsScreen(size: PanelSize): ReactElement {
  const controller = useController();
  const snapshot = useSnapshot();
  const {sort, lists, columnPage} = snapshot.state;
  const {filter, marked} = lists.runs;
  const records = visibleRuns(snapshot);
  return (
    <TablePanel
      title="Runs"
      note={` · by ${sort.column} ${sort.descending ? '↓' : '↑'}`}
      columns={columns}
      items={records}
      keyOf={runKey}
      marked={marked}
      cursor={cursorIndex(lists.runs, records.map(runKey))}
      page={columnPage}
      empty={
        filter === ''
          ? 'There are no runs yet. Start one from the first screen.'
          : `No run has "${filter}" in its name or status. Esc shows all.`
      }
      {...size}
      isFocused
      onRow={key => selectRow(controller, 'runs', key)}
    />
  );
}

const runKey = ({folder}: RunRecord): string => folder.id;

const faint = (text: string): Cell => ({text, role: 'faint'});

function nameText({folder, info, state}: RunRecord): string {
  return state.experiment || (info?.experiment ?? folder.id.slice(16));
}

function parametersCell({models}: RunState): Cell {
  const parameters = models.reduce((sum, model) => sum + model.parameters, 0);
  return {text: parameters === 0 ? '' : thousands(parameters)};
}

/** `11-24 14:32:05` of a run's id. */
function startedText(id: string): string {
  const [, month, day, hour, minute, second] =
    /^\d{4}(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  return month === undefined ? '' : `${month}-${day} ${hour}:${minute}:${second}`;
}
