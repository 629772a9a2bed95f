import {parseResolved} from '../../experiment/stringify.js';
import {experimentSummary} from '../../model/summary.js';
import {assertNever} from '../../util/assert-never.js';
import {bytes} from '../../util/format.js';
import type {RunRecord} from '../../runs/run-record.js';
import {runTabs, type RunTab} from '../state/interface-state.js';
import type {RunFilesState} from '../state/run-files-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {widthOf, wrap} from '../text/fit.js';
import {line, plainText, span, type Line} from '../text/line.js';
import {chartPanes, message} from './charts.js';
import {headLines, rightLines} from './heads.js';
import {failurePane, logLines} from './live.js';
import {inside, stacked, titleWithWindow, type Layout, type Pane} from './pane.js';
import {statusCell} from './run-text.js';
import {windowFrom} from './window.js';

const TABS_HEIGHT = 3;
const SHORT_NAME = 4;

/** The run that is open, unless it was deleted meanwhile. */
export function openedRun({runs, state}: Pick<Snapshot, 'runs' | 'state'>): RunRecord | undefined {
  return runs.find(({folder}) => folder.id === state.openRun);
}

/** One run: curves, numbers of each head, summary, definition, predictions, files, log. */
export function runPanes(snapshot: Snapshot, width: number, height: number): Layout {
  const record = openedRun(snapshot);
  const {ascii, state} = snapshot;
  if (record === undefined) {
    return message('Run', 'This run no longer exists.', {width, height, focused: true, ascii});
  }
  const area = {width, height: height - TABS_HEIGHT, focused: true};
  return stacked(tabsPane(record, state.runTab, width), tabBody(snapshot, record, area));
}

function tabsPane({folder, status}: RunRecord, open: RunTab, width: number): Pane {
  const named = (name: (tab: RunTab) => string): Line =>
    runTabs.map(tab =>
      tab === open ? span(`[${tab}]`, 'strong') : span(` ${name(tab)} `, 'faint'),
    );
  const whole = named(tab => tab);
  const fits = widthOf(plainText(whole)) <= inside({width, height: TABS_HEIGHT}).width;
  return {
    key: 'tabs',
    title: `${folder.id} · ${statusCell(status).text}`,
    width,
    height: TABS_HEIGHT,
    focused: false,
    lines: [fits ? whole : named(tab => tab.slice(0, SHORT_NAME))],
  };
}

type Area = Pick<Pane, 'width' | 'height' | 'focused'>;

function tabBody(snapshot: Snapshot, record: RunRecord, area: Area): Layout {
  const {files, measured, state, ascii} = snapshot;
  const {state: run} = record;
  switch (state.runTab) {
    case 'curves':
      return run.failure === undefined
        ? chartPanes(run, state, {...area, ascii})
        : failurePane(run, area);
    case 'heads':
      return textPane(
        'heads',
        headLines(measured, record.folder.id, inside(area).width),
        state.scroll,
        area,
      );
    case 'summary':
      return textPane(
        'model.summary',
        summaryLines(snapshot, inside(area).width),
        state.scroll,
        area,
      );
    case 'definition':
      return textPane('definition', textLines(files.definition), state.scroll, area);
    case 'predictions':
      return textPane(
        'predictions',
        rightLines(measured, record.folder.id, inside(area).width),
        state.scroll,
        area,
      );
    case 'files':
      return textPane('files', fileLines(record, files.files), state.scroll, area);
    case 'log':
      return textPane(
        'log',
        [
          ...run.log.flatMap(own => logLines(own, inside(area).width)),
          ...trainerLines(files.log, inside(area).width),
        ],
        state.scroll,
        area,
      );
    default:
      return assertNever(state.runTab);
  }
}

function textPane(title: string, lines: readonly Line[], scroll: number, area: Area): Pane {
  const seen = windowFrom(lines.length, scroll, inside(area).height);
  return {
    key: title,
    title: titleWithWindow(title, seen, lines.length),
    ...area,
    lines: lines.slice(seen.from, seen.to),
  };
}

function textLines(text: string): Line[] {
  return text === '' ? [line('Not written yet.', 'faint')] : text.split('\n').map(own => line(own));
}

function trainerLines(log: string, width: number): Line[] {
  if (log === '') return [];
  const lines = wrap(log, width).map(own => line(own));
  return [line(''), line('trainer.log', 'strong'), ...lines];
}

/** The summary as it was written; where that is too wide, printed anew from the definition. */
function summaryLines({files}: Snapshot, width: number): readonly Line[] {
  const known = printed.get(files);
  if (known?.width === width) return known.lines;
  const lines = textLines(summaryText(files, width));
  printed.set(files, {width, lines});
  return lines;
}

/** Printing takes longer than drawing a frame: done once for each run and width. */
const printed = new WeakMap<RunFilesState, {readonly width: number; readonly lines: Line[]}>();

function summaryText({summary, definition}: RunFilesState, width: number): string {
  const fits = summary.split('\n').every(own => widthOf(own) <= width);
  if (fits || definition === '') return summary;
  try {
    return experimentSummary(parseResolved(definition, 'experiment.yaml'), width);
  } catch {
    return summary;
  }
}

function fileLines(
  {folder}: RunRecord,
  files: readonly {readonly name: string; readonly bytes: number}[],
): Line[] {
  return [
    line(folder.path, 'faint'),
    ...files.map(({name, bytes: size}) => [
      span(`${bytes(size).padStart(9)}  `, 'faint'),
      span(name),
    ]),
  ];
}
