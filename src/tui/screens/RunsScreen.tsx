import type {ReactElement} from 'react';
import {trainingSeconds} from '../../runs/run-state.js';
import type {RunRecord} from '../../runs/run-record.js';
import {duration, thousands} from '../../util/format.js';
import {TablePanel} from '../components/List.js';
import type {PanelSize} from '../components/Panel.js';
import {selectRow} from '../actions/navigation.js';
import {useController, useSnapshot} from '../hooks.js';
import {cursorIndex} from '../state/lists.js';
import {visibleRuns} from '../state/selectors.js';
import {accuracyText, statusCell} from '../text/run-text.js';
import type {Column, Row} from '../text/table.js';

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

/** All runs of the folder, also those of other programs. */
export function RunsScreen(size: PanelSize): ReactElement {
  const controller = useController();
  const snapshot = useSnapshot();
  const {sort, lists} = snapshot.state;
  const {filter, marked} = lists.runs;
  const rows = visibleRuns(snapshot).map(record => runRow(record, marked.has(record.folder.id)));
  return (
    <TablePanel
      title="Runs"
      note={` · by ${sort.column} ${sort.descending ? '↓' : '↑'}`}
      columns={columns}
      rows={rows}
      marked={marked}
      cursor={cursorIndex(
        lists.runs,
        rows.map(({key}) => key),
      )}
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

function runRow({folder, info, state, status}: RunRecord, marked: boolean): Row {
  const parameters = state.models.reduce((sum, model) => sum + model.parameters, 0);
  return {
    key: folder.id,
    cells: [
      {text: marked ? '●' : ' ', role: 'accent'},
      {text: startedText(folder.id), role: 'faint'},
      {text: state.experiment || (info?.experiment ?? folder.id.slice(16))},
      statusCell(status),
      {text: String(info?.seed ?? '')},
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
