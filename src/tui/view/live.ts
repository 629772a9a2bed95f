import {isQueued, type QueueItem} from '../../runs/queue/queue-state.js';
import {
  initialRunState,
  trainingSeconds,
  type LogLine,
  type RunState,
} from '../../runs/run-state.js';
import {isBroken, type RunRecord} from '../../runs/run-record.js';
import {hasResult, isActive, isEnded, statusText} from '../../runs/status.js';
import {bytes, duration} from '../../util/format.js';
import {cursorIndex} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {cutStart, widthOf, wrap} from '../text/fit.js';
import {line, span, spread, type Line} from '../text/line.js';
import {bar} from './bar.js';
import {chartPanes, message} from './charts.js';
import {inside, sideBySide, stacked, titleWithWindow, type Layout, type Pane} from './pane.js';
import {progressOf} from './progress.js';
import {accuracyText, statusSign} from './run-text.js';
import {listLine} from './table.js';
import {windowAround} from './window.js';

/** Something that trains, trained or waits: of this interface's queue, or started elsewhere. */
export type LiveItem = {
  readonly key: string;
  readonly name: string;
  readonly run: RunState;
  /** Undefined for a run that another program started. */
  readonly queued: QueueItem | undefined;
  readonly record: RunRecord | undefined;
};

/** What the items of the live screen are made of. */
type LiveSources = Pick<Snapshot, 'queue' | 'runs' | 'waitingElsewhere'>;

/** The queue, and after it the runs of other programs that are under way, and those that wait there. */
export function liveItems({queue, runs, waitingElsewhere}: LiveSources): readonly LiveItem[] {
  const own = queue.items.map(item => ({
    key: item.key,
    name: item.job.experiment.name,
    run: named(item.run, item.job.experiment.name),
    queued: item,
    record: undefined,
  }));
  const ids = new Set(queue.items.map(({run}) => run.id));
  const others = runs
    .filter(({status, folder}) => !isEnded(status) && !ids.has(folder.id))
    .map(record => ({
      record,
      run: named({...record.state, status: record.status}, experimentOf(record)),
    }))
    .map(({record, run}) => ({
      key: record.folder.id,
      name: run.experiment,
      run,
      queued: undefined,
      record,
    }));
  const waiting = waitingElsewhere.map(({key, name}) => ({
    key,
    name,
    run: named(initialRunState(key), name),
    queued: undefined,
    record: undefined,
  }));
  return [...own, ...others, ...waiting];
}

function experimentOf({info}: RunRecord): string {
  return isBroken(info) ? '' : info.experiment;
}

/** A run that waits, or has just begun, does not know its name yet. */
function named(run: RunState, experiment: string): RunState {
  return run.experiment === '' ? {...run, experiment} : run;
}

/** The item that is shown: the one under the cursor, else the one that runs, else the last. */
export function shownItem(snapshot: LiveSources & Pick<Snapshot, 'state'>): LiveItem | undefined {
  const items = liveItems(snapshot);
  const {cursor} = snapshot.state.lists.queue;
  return (
    items.find(({key}) => key === cursor) ??
    items.find(({run}) => isActive(run.status)) ??
    items.findLast(item => !isQueued(item)) ??
    items[0]
  );
}

const QUEUE_WIDTH = 32;
/** `▶ ` before a name. */
const SIGN_WIDTH = 2;
const PROGRESS_HEIGHT = 5;

/** Queue at the left (above, where it is narrow), curves, progress, and the end of the log. */
export function livePanes(snapshot: Snapshot, width: number, height: number): Layout {
  const {state, ascii} = snapshot;
  const items = liveItems(snapshot);
  const shown = shownItem(snapshot);
  if (shown === undefined) {
    const text =
      'Nothing runs. Mark experiments with Space on the first screen and start them with Enter.';
    return message('Live', text, {width, height, focused: true, ascii});
  }
  const focused = state.pane % 2 === 0;
  const beside = width >= 100;
  const queueHeight = beside ? height : Math.min(items.length + 2, height >= 24 ? 6 : 4);
  const queue = queuePane(snapshot, shown, {
    width: beside ? QUEUE_WIDTH : width,
    height: queueHeight,
    focused,
  });
  const area = {
    width: beside ? width - QUEUE_WIDTH : width,
    height: beside ? height : height - queueHeight,
  };
  const right = shownPanes(snapshot, shown, area, !focused);
  return beside ? sideBySide(queue, right) : stacked(queue, right);
}

/** Panes of one run, from the top: curves, progress, log. */
function shownPanes(
  {state, ascii}: Snapshot,
  {run}: LiveItem,
  {width, height}: {readonly width: number; readonly height: number},
  focused: boolean,
): Layout {
  const logHeight = height >= 30 ? 7 : height >= 20 ? 4 : 0;
  const chartHeight = height - PROGRESS_HEIGHT - logHeight;
  const charts =
    run.failure === undefined
      ? chartPanes(run, state, {width, height: chartHeight, focused, ascii})
      : failurePane(run, {width, height: chartHeight, focused});
  const log = logHeight === 0 ? [] : [logPane(run.log, {width, height: logHeight})];
  return stacked(charts, progressPane(run, width), ...log);
}

export function failurePane(run: RunState, area: Pick<Pane, 'width' | 'height' | 'focused'>): Pane {
  const {message: text = '', hint} = run.failure ?? {};
  const {width} = inside(area);
  const lines = [
    ...wrap(text, width).map(own => line(own, 'bad')),
    ...(hint === undefined ? [] : [line(''), ...wrap(hint, width).map(own => line(own))]),
  ];
  return {key: 'failure', title: 'Why it failed', ...area, lines};
}

function queuePane(
  snapshot: Snapshot,
  shown: LiveItem,
  area: Pick<Pane, 'width' | 'height' | 'focused'>,
): Pane {
  const items = liveItems(snapshot);
  const room = inside(area);
  const keys = items.map(({key}) => key);
  const at = cursorIndex({...snapshot.state.lists.queue, cursor: shown.key}, keys);
  const seen = windowAround(items.length, at, room.height);
  const lines = items.slice(seen.from, seen.to).map((item, index): Line => {
    const content = queueLine(item, room.width - 1);
    return listLine(content, seen.from + index === at, area.focused);
  });
  return {key: 'queue', title: titleWithWindow('Queue', seen, items.length), ...area, lines};
}

function queueLine({name, queued, run}: LiveItem, width: number): Line {
  const sign = statusSign(run.status);
  const {run: share} = progressOf(run);
  const result = width > 50 ? accuracyText(run) : duration(trainingSeconds(run));
  const isTraining = isActive(run.status) && run.status !== 'paused';
  const text = isTraining
    ? `${Math.round(share * 100)} %`
    : hasResult(run.status)
      ? result
      : statusText(run.status);
  const isOther = queued === undefined;
  const elsewhere = isOther && run.status !== 'queued' ? ' (elsewhere)' : '';
  // The sign says that it waits: the name needs the room.
  const end = isOther && run.status === 'queued' ? ' elsewhere' : ` ${text}`;
  // The combinations of a matrix differ at the end of their names.
  const shown = cutStart(`${name}${elsewhere}`, width - widthOf(end) - SIGN_WIDTH);
  return spread([span(`${sign.text} `, sign.role), span(shown)], [span(end, 'faint')], width);
}

/** Bars of epoch and run; under them what is done, how fast, how long yet and in how much memory. */
function progressPane(run: RunState, width: number): Pane {
  const room = inside({width, height: PROGRESS_HEIGHT});
  const {epoch, run: whole, secondsLeft} = progressOf(run);
  const barLine = (label: string, fraction: number): Line => {
    const tail = ` ${String(Math.round(fraction * 100)).padStart(3)} %`;
    const head = `${label} `;
    return [
      span(head, 'faint'),
      ...bar(fraction, room.width - widthOf(head) - widthOf(tail)),
      span(tail),
    ];
  };
  const {loading} = run;
  const lines =
    loading === undefined
      ? [barLine('epoch', epoch), barLine('run  ', whole)]
      : [barLine(`${loading.what} the images`, loading.done / loading.total), line('')];
  return {
    key: 'progress',
    title: progressTitle(run),
    width,
    height: PROGRESS_HEIGHT,
    focused: false,
    lines: [...lines, [span(numbersText(run, secondsLeft))]],
  };
}

function progressTitle({experiment, current, epoch, epochs, status, models}: RunState): string {
  const model = models.length > 1 && current !== undefined ? ` · ${current}` : '';
  const at = status === 'running' || status === 'paused' ? ` · epoch ${epoch} of ${epochs}` : '';
  return `${experiment}${model}${at} · ${statusText(status)}`;
}

function numbersText(run: RunState, secondsLeft: number | undefined): string {
  const rate = run.batch?.imagesPerSecond;
  const known = [
    rate === undefined ? undefined : `${Math.round(rate)} images/s`,
    run.endedAt === undefined && secondsLeft !== undefined
      ? `${duration(secondsLeft)} left`
      : undefined,
    run.seconds === undefined ? undefined : `trained in ${duration(trainingSeconds(run))}`,
    run.memoryBytes === 0 ? undefined : bytes(run.memoryBytes),
    run.backend === '' ? undefined : run.backend,
    run.data === undefined
      ? undefined
      : `${run.data.trainImages} + ${run.data.validationImages} images`,
  ];
  return known.filter(text => text !== undefined).join(' · ');
}

function logPane(log: readonly LogLine[], {width, height}: {width: number; height: number}): Pane {
  const room = inside({width, height});
  return {
    key: 'log',
    title: 'Log',
    width,
    height,
    focused: false,
    lines: log
      .slice(-room.height)
      .flatMap(own => logLines(own, room.width))
      .slice(-room.height),
  };
}

/** `14:32:05 message`, in as many lines as it needs; above information the level is a word. */
export function logLines({at, level, message: text}: LogLine, width: number): Line[] {
  const role = level === 'error' ? 'bad' : level === 'warning' ? 'warning' : 'plain';
  const time = `${at.slice(11, 19)} `;
  const word = level === 'info' ? '' : `${level}: `;
  return wrap(`${word}${text}`, width - time.length).map((own, index) => [
    span(index === 0 ? time : ' '.repeat(time.length), 'faint'),
    span(own, role),
  ]);
}
