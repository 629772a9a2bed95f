import {Box} from 'ink';
import {useMemo, type ReactElement} from 'react';
import {countRuns} from '../../experiment/count-runs.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {ParsedExperiment} from '../../experiment/parse.js';
import type {Experiment} from '../../experiment/schema.js';
import {stringifyExperiment} from '../../experiment/stringify.js';
import {experimentParameters} from '../../model/shapes.js';
import {experimentSummary} from '../../model/summary.js';
import {searchPlanLines} from '../../report/text/search-plan.js';
import type {RunRecord} from '../../runs/run-record.js';
import {isActive} from '../../runs/status.js';
import {thousands} from '../../util/format.js';
import {messageOf} from '../../util/user-error.js';
import {inside, ScrollPanel, type PanelSize} from '../components/Panel.js';
import {ListTable} from '../components/ListTable.js';
import {useSnapshot} from '../hooks.js';
import {nextStartText} from '../state/next-start.js';
import {experimentUnderCursor, visibleExperiments} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import type {Cell, Column} from '../text/columns.js';
import {split} from '../text/layout.js';
import {line, wrappedLines, type Line} from '../text/line.js';
import {accuracyText} from '../../runs/run-facts.js';
import {statusCell} from '../text/run-text.js';

/** What a row shows of an experiment. */
type ExperimentRow = {
  readonly entry: ListedExperiment;
  readonly latest: RunRecord | undefined;
  readonly problems: Snapshot['dataProblems'];
};

/** A column of what the combinations of a matrix have; it names each value once. */
const valuesColumn = (
  title: string,
  priority: number,
  value: (experiment: Experiment) => string,
  align: 'left' | 'right' = 'right',
): Column<ExperimentRow> => ({
  ...{title, priority, align},
  cell: ({entry}) => ({text: [...new Set(experimentsOf(entry).map(value))].join(' ')}),
});

const columns: readonly Column<ExperimentRow>[] = [
  {title: 'Experiment', isName: true, minWidth: 16, cell: ({entry}) => ({text: entry.name})},
  {title: 'Data', priority: 2, cell: dataCell},
  valuesColumn('Kind', 4, ({model}) => model.kind, 'left'),
  valuesColumn('Heads', 5, ({data}) => String(data.heads.length)),
  valuesColumn('Scale', 6, scaleText),
  {
    title: 'Runs',
    align: 'right',
    priority: 7,
    cell: ({entry: {parsed}}) => ({text: parsed === undefined ? '' : String(countRuns(parsed))}),
  },
  {
    title: 'Parameters',
    align: 'right',
    priority: 3,
    cell: ({entry: {parsed}}) => ({
      text: parsed === undefined ? '' : range(experimentsOf({parsed}).map(experimentParameters)),
    }),
  },
  {title: 'Status', cell: rowStatus},
  {title: 'Latest result', priority: 1, minWidth: 13, cell: resultCell},
];

const rowKey = ({entry}: ExperimentRow): string => entry.name;

/** The list, and beside or below it what the file under the cursor means. */
export function ExperimentsScreen({width, height}: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {runs, dataProblems: problems} = snapshot;
  const {pane, scroll, lists, columnPage} = snapshot.state;
  const {filter, marked} = lists.experiments;
  const entries = visibleExperiments(snapshot);
  const entry = experimentUnderCursor(snapshot);
  const rows = useMemo(
    () => entries.map(entry => ({entry, latest: latestRun(runs, entry), problems})),
    [entries, runs, problems],
  );
  const isBeside = width >= 130;
  const listHeight = Math.max(5, Math.min(entries.length + 3, Math.floor(height / 2)));
  const first = isBeside ? Math.floor(width * 0.55) : listHeight;
  const [list, definition] = split({width, height}, isBeside, first);
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <ListTable
        list="experiments"
        title="Experiments"
        note={nextStartText(snapshot.state)}
        columns={columns}
        items={rows}
        keyOf={rowKey}
        marked={marked}
        page={columnPage}
        empty={
          filter === ''
            ? 'No experiments in this folder. celeba-tui init copies the examples.'
            : `No experiment has "${filter}" in its name or description. Esc shows all.`
        }
        {...list}
        isFocused={pane % 2 === 0}
      />
      <Definition
        entry={entry}
        problem={problems.get(entry?.name ?? '')?.text}
        scroll={scroll}
        {...definition}
        isFocused={pane % 2 === 1}
      />
    </Box>
  );
}

/** The run that trains, else the one that ended last: a run that resumes is older than its number. */
function latestRun(
  runs: readonly RunRecord[],
  {name, parsed}: ListedExperiment,
): RunRecord | undefined {
  const ofFile = runs.filter(({info}) => info?.file === (parsed?.file.name ?? name));
  const endOf = ({state}: RunRecord): string => state.endedAt ?? '';
  return (
    ofFile.find(({status}) => isActive(status)) ??
    ofFile.reduce<RunRecord | undefined>(
      (last, run) => (last !== undefined && endOf(last) >= endOf(run) ? last : run),
      undefined,
    )
  );
}

function experimentsOf({parsed}: Pick<ListedExperiment, 'parsed'>): readonly Experiment[] {
  return (parsed?.variants ?? []).map(({experiment}) => experiment);
}

/** Whether its data is there, with its heads; the number of images is checked when it starts. */
function dataCell({entry, problems}: ExperimentRow): Cell {
  if (!problems.has(entry.name)) return {text: ''};
  const problem = problems.get(entry.name);
  if (problem !== undefined)
    return {text: problem.what === 'data' ? '✗ none' : '✗ lacks heads', role: 'bad'};
  const isSample = experimentsOf(entry).every(({data}) => data.source === 'sample');
  return {text: isSample ? '✓ sample' : '✓ found', role: 'good'};
}

function rowStatus({entry, latest}: ExperimentRow): Cell {
  if (entry.parsed === undefined) return {text: '✗ broken', role: 'bad'};
  return latest === undefined ? {text: '-', role: 'faint'} : statusCell(latest.status);
}

function resultCell({entry: {parsed, error}, latest}: ExperimentRow): Cell {
  if (parsed !== undefined) return {text: latest === undefined ? '' : accuracyText(latest.state)};
  // The file's name stands beside it already: line and column are enough.
  const reason = messageOf(error).split('\n')[0] ?? '';
  return {text: reason.replace(/^\S+?:(?=\d+:\d+: )/, '')};
}

function scaleText({data}: Experiment): string {
  const {image} = data;
  return 'size' in image && image.size !== undefined
    ? image.size.join('x')
    : String('scale' in image ? image.scale : '');
}

function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? thousands(low) : `${thousands(low)}-${thousands(high)}`;
}

type DefinitionProps = PanelSize & {
  readonly entry: ListedExperiment | undefined;
  /** Why it cannot read its data. */
  readonly problem: string | undefined;
  readonly scroll: number;
  readonly isFocused: boolean;
};

function Definition({entry, problem, scroll, ...frame}: DefinitionProps): ReactElement {
  const {width} = inside(frame);
  // Printing a definition takes longer than drawing a frame.
  const lines = useMemo(() => (entry === undefined ? [] : describe(entry, width)), [entry, width]);
  const problems =
    problem === undefined
      ? []
      : [
          ...wrappedLines(`It cannot run here: ${problem}`, width, 'warning'),
          ...wrappedLines(
            'f fetches CelebA, o chooses the folder of the images.',
            width,
            'warning',
          ),
          line(''),
        ];
  return (
    <ScrollPanel
      title={entry?.name ?? 'Definition'}
      lines={[...problems, ...lines]}
      scroll={scroll}
      {...frame}
    />
  );
}

/** The search of a file; its trials differ in the values of its space from what follows. */
function planLines(parsed: ParsedExperiment, width: number): Line[] {
  const [head, ...rest] = searchPlanLines(parsed);
  if (head === undefined) return [];
  return [line(''), ...wrappedLines(head, width, 'accent'), ...rest.map(text => line(text))];
}

/** What a file means: description, layers with their shapes, the definition with its defaults. */
function describe({parsed, error, path}: ListedExperiment, width: number): Line[] {
  if (parsed === undefined) {
    return wrappedLines(messageOf(error), width, 'bad');
  }
  const {variants, file} = parsed;
  const [first] = variants;
  if (first === undefined) return [];
  const more =
    variants.length === 1 || file.search !== undefined
      ? []
      : [line(`One of ${variants.length} combinations: ${first.experiment.name}`, 'accent')];
  const text = (content: string): Line[] => content.split('\n').map(part => line(part));
  return [
    ...wrappedLines(file.description, width, 'strong'),
    line(path, 'faint'),
    ...more,
    ...planLines(parsed, width),
    line(''),
    ...text(experimentSummary(first.experiment, width)),
    ...text(stringifyExperiment(first.experiment)),
  ];
}
