import type {ListedExperiment} from '../../experiment/load.js';
import type {Experiment} from '../../experiment/schema.js';
import {stringifyExperiment} from '../../experiment/stringify.js';
import {experimentParameters} from '../../model/shapes.js';
import {experimentSummary} from '../../model/summary.js';
import {isBroken, type RunRecord} from '../../runs/run-record.js';
import {thousands} from '../../util/format.js';
import {messageOf} from '../../util/user-error.js';
import {cursorIndex, passes} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {wrap} from '../text/fit.js';
import {line, span, type Line} from '../text/line.js';
import {inside, sideBySide, stacked, titleWithWindow, type Pane, type Layout} from './pane.js';
import {accuracyText, statusCell} from './run-text.js';
import {listLine, tableLines, type Column, type Row} from './table.js';
import {windowAround, windowFrom} from './window.js';

/** The experiments that the filter lets through. */
export function visibleExperiments({
  experiments,
  state,
}: Pick<Snapshot, 'experiments' | 'state'>): readonly ListedExperiment[] {
  const {filter} = state.lists.experiments;
  return experiments.filter(({name, parsed}) =>
    passes(filter, name, parsed?.file.description ?? ''),
  );
}

const columns: readonly Column[] = [
  {title: ' '},
  {title: 'Experiment'},
  {title: 'Kind', fold: 5},
  {title: 'Heads', align: 'right', fold: 6},
  {title: 'Scale', align: 'right', fold: 7},
  {title: 'Runs', align: 'right', fold: 8},
  {title: 'Parameters', align: 'right', fold: 3},
  {title: 'Status', fold: 2},
  {title: 'Latest result', flexible: true, fold: 1},
];

function experimentRow(
  {name, parsed, error}: ListedExperiment,
  marked: boolean,
  latest: RunRecord | undefined,
): Row {
  const mark = {text: marked ? '●' : ' ', role: 'accent' as const};
  if (parsed === undefined) {
    // The file's name stands beside it already: line and column are enough.
    const reason = (messageOf(error).split('\n')[0] ?? '').replace(/^\S+?:(?=\d+:\d+: )/, '');
    const nothing = Array.from({length: 5}, () => ({text: ''}));
    const broken = {text: '✗ broken', role: 'bad' as const};
    return {key: name, cells: [mark, {text: name}, ...nothing, broken, {text: reason}]};
  }
  const all = parsed.variants.map(({experiment}) => experiment);
  return {
    key: name,
    cells: [
      mark,
      {text: name},
      {text: distinct(all.map(({model}) => model.kind))},
      {text: distinct(all.map(({data}) => String(data.heads.length)))},
      {text: distinct(all.map(scaleText))},
      {text: String(all.length)},
      {text: range(all.map(experimentParameters))},
      latest === undefined ? {text: '-', role: 'faint'} : statusCell(latest.status),
      {text: latest === undefined ? '' : accuracyText(latest.state)},
    ],
  };
}

function scaleText({data}: Experiment): string {
  const {image} = data;
  return 'size' in image && image.size !== undefined
    ? image.size.join('x')
    : String('scale' in image ? image.scale : '');
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join(' ');
}

function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? thousands(low) : `${thousands(low)}-${thousands(high)}`;
}

/** The list, and beside or below it what the file under the cursor means. */
export function experimentPanes(snapshot: Snapshot, width: number, height: number): Layout {
  const {state} = snapshot;
  const beside = width >= 130;
  const listWidth = beside ? Math.floor(width * 0.55) : width;
  const needed = visibleExperiments(snapshot).length + 3;
  const listHeight = beside ? height : Math.max(5, Math.min(needed, Math.floor(height / 2)));
  const list = listPane(snapshot, listWidth, listHeight, state.pane % 2 === 0);
  const detail = detailPane(
    snapshot,
    beside ? width - listWidth : width,
    beside ? height : height - listHeight,
    state.pane % 2 === 1,
  );
  return beside ? sideBySide(list, detail) : stacked(list, detail);
}

function listPane(snapshot: Snapshot, width: number, height: number, focused: boolean): Pane {
  const {state, runs} = snapshot;
  const entries = visibleExperiments(snapshot);
  const list = state.lists.experiments;
  const rows = entries.map(entry => {
    const latest = runs.find(
      ({info}) => !isBroken(info) && info.file === (entry.parsed?.file.name ?? entry.name),
    );
    return experimentRow(entry, list.marked.has(entry.name), latest);
  });
  const room = inside({width, height});
  const at = cursorIndex(
    list,
    rows.map(({key}) => key),
  );
  const seen = windowAround(rows.length, at, room.height - 1);
  const table = tableLines(columns, rows, room.width - 1);
  const body = table.rows
    .slice(seen.from, seen.to)
    .map((content, index) => listLine(content, seen.from + index === at, focused));
  const epochs = state.epochs === undefined ? '' : ` · ${state.epochs} epochs for the next start`;
  return {
    key: 'experiments',
    title: `${titleWithWindow('Experiments', seen, rows.length)}${epochs}`,
    width,
    height,
    focused,
    lines: rows.length === 0 ? emptyList(list.filter) : [[span(' '), ...table.header], ...body],
  };
}

function emptyList(filter: string): Line[] {
  return filter === ''
    ? [line('No experiments in this folder. celeba-tui init copies the examples.')]
    : [line(`No experiment has "${filter}" in its name or description. Esc shows all.`)];
}

function detailPane(snapshot: Snapshot, width: number, height: number, focused: boolean): Pane {
  const entries = visibleExperiments(snapshot);
  const entry = entries[cursorIndex(snapshot.state.lists.experiments, entries.map(nameOf))];
  const room = inside({width, height});
  const lines = entry === undefined ? [] : detailLines(entry, room.width);
  const seen = windowFrom(lines.length, snapshot.state.scroll, room.height);
  return {
    key: 'detail',
    title: titleWithWindow(entry?.name ?? 'Definition', seen, lines.length),
    width,
    height,
    focused,
    lines: lines.slice(seen.from, seen.to),
  };
}

const nameOf = ({name}: ListedExperiment): string => name;

/** Printing a definition takes longer than drawing a frame: done once for each file and width. */
const described = new WeakMap<ListedExperiment, {readonly width: number; readonly lines: Line[]}>();

function detailLines(entry: ListedExperiment, width: number): Line[] {
  const known = described.get(entry);
  if (known?.width === width) return known.lines;
  const lines = describe(entry, width);
  described.set(entry, {width, lines});
  return lines;
}

/** What a file means: description, layers with their shapes, the definition with its defaults. */
function describe({parsed, error, path}: ListedExperiment, width: number): Line[] {
  if (parsed === undefined) {
    return wrap(messageOf(error), width).map(text => line(text, 'bad'));
  }
  const {variants, file} = parsed;
  const [first] = variants;
  if (first === undefined) return [];
  const more =
    variants.length === 1
      ? []
      : [line(`One of ${variants.length} combinations: ${first.experiment.name}`, 'accent')];
  const text = (content: string): Line[] => content.split('\n').map(own => [span(own)]);
  return [
    ...wrap(file.description, width).map(own => line(own, 'strong')),
    line(path, 'faint'),
    ...more,
    line(''),
    ...text(experimentSummary(first.experiment, width)),
    ...text(stringifyExperiment(first.experiment)),
  ];
}
