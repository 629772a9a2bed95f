import {Box} from 'ink';
import type {ReactElement} from 'react';
import {trainingSeconds, type LogLine, type RunState} from '../../runs/run-state.js';
import {hasResult, isActive, statusText} from '../../runs/status.js';
import {imageCounts} from '../../report/text/numbers.js';
import {searchText} from '../../report/text/search-text.js';
import {bytes, duration} from '../../util/format.js';
import {selectRow} from '../actions/navigation.js';
import {Clickable} from '../components/Clickable.js';
import {Curves} from '../components/Curves.js';
import {ListRow, spread} from '../components/List.js';
import {inside, LinesPanel, MessagePanel, Panel, type PanelSize} from '../components/Panel.js';
import {Bar, Styled, TextLines} from '../components/TextLines.js';
import {useController, useSnapshot} from '../hooks.js';
import {
  comparableQueue,
  liveItems,
  shownItem,
  shownQueue,
  type LiveItem,
} from '../state/live-items.js';
import {withoutRunsText} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {nameFolding} from '../text/columns.js';
import {capitalized, cutParts, widthOf} from '../text/fit.js';
import {split} from '../text/layout.js';
import {span, wrappedLines, type Line} from '../text/line.js';
import {accuracyText} from '../../runs/run-facts.js';
import {logLines, metricsText, progressOf, statusSign} from '../text/run-text.js';
import {titleWithWindow, windowAround} from '../text/window.js';

const QUEUE_WIDTH = 32;
/** So many heads fit beside the name of a run. */
const NAMED_HEADS = 3;
/** `▶ ` before a name. */
const SIGN_WIDTH = 2;
/** Two bars and two lines of numbers; a low screen has one bar. */
const PROGRESS_HEIGHT = 6;

/** Queue at the left (above, where it is narrow), curves, progress, and the end of the log. */
export function LiveScreen({width, height}: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const items = liveItems(snapshot);
  const shown = shownItem(snapshot);
  if (shown === undefined) {
    const text = withoutRunsText(
      snapshot,
      'Nothing runs. Mark experiments with Space on the first screen and start them with Enter.',
    );
    return <MessagePanel title="Live" text={text} {...{width, height}} isFocused />;
  }
  const isQueueFocused = snapshot.state.pane % 2 === 0;
  const isBeside = width >= 100;
  const queueHeight = Math.min(items.length + 2, height >= 24 ? 6 : 4);
  const first = isBeside ? QUEUE_WIDTH : queueHeight;
  const [queue, run] = split({width, height}, isBeside, first);
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <Queue items={items} shown={shown} {...queue} isFocused={isQueueFocused} />
      <ShownRun run={shown.run} {...run} isFocused={!isQueueFocused} />
    </Box>
  );
}

type ShownRunProps = PanelSize & {
  readonly run: RunState;
  readonly isFocused: boolean;
};

/** Panels of one run, from the top: curves, progress, log. */
function ShownRun({run, width, height, isFocused}: ShownRunProps): ReactElement {
  const logHeight = height >= 30 ? 7 : height >= 20 ? 4 : 0;
  const progressHeight = height >= 16 ? PROGRESS_HEIGHT : PROGRESS_HEIGHT - 1;
  const curvesHeight = height - progressHeight - logHeight;
  return (
    <Box flexDirection="column">
      <Curves run={run} width={width} height={curvesHeight} isFocused={isFocused} />
      <Progress run={run} width={width} height={progressHeight} />
      {logHeight > 0 && <Log log={run.log} width={width} height={logHeight} />}
    </Box>
  );
}

type QueueProps = PanelSize & {
  readonly items: readonly LiveItem[];
  readonly shown: LiveItem;
  readonly isFocused: boolean;
};

function Queue({items, shown, isFocused, ...size}: QueueProps): ReactElement {
  const controller = useController();
  const room = inside(size);
  const snapshot = useSnapshot();
  const search = searchOfQueue(snapshot);
  const hasRoom = room.height >= 3;
  const next = [...(hasRoom ? searchLines(search, room.width) : []), ...nextStep(snapshot, room)];
  const fold = nameFolding(items.map(({name}) => name));
  const cursor = items.findIndex(({key}) => key === shown.key);
  const visible = windowAround(items.length, cursor, room.height - next.length);
  const title = titleWithWindow('Queue', visible, items.length);
  return (
    <Panel title={hasRoom ? title : `${title}${titleEnd(search)}`} {...size} isFocused={isFocused}>
      {items.slice(visible.from, visible.to).map(item => (
        <Clickable key={item.key} onClick={() => selectRow(controller, 'queue', item.key)}>
          <ListRow
            content={queueLine(item, fold, room.width - 1)}
            width={room.width}
            isCursor={item.key === shown.key}
            isFocused={isFocused}
          />
        </Clickable>
      ))}
      {next.length > 0 && <TextLines lines={next} width={room.width} />}
    </Panel>
  );
}

/** How far the search of the shown queue is; undefined where there is none, or in another program. */
function searchOfQueue(snapshot: Snapshot): string | undefined {
  const isOfAnother = shownItem(snapshot)?.place?.id !== undefined;
  return isOfAnother ? undefined : searchText(snapshot.queue);
}

/** The search in the title, where the panel has no line for it. */
function titleEnd(text: string | undefined): string {
  // A title leaves out the parts that it has no room for.
  return text === undefined ? '' : ` · ${text.replace(/[,:] /, ' · ')}`;
}

function searchLines(text: string | undefined, width: number): readonly Line[] {
  if (text === undefined) return [];
  return wrappedLines(capitalized(text), width - 1, 'accent').map(line => [span(' '), ...line]);
}

/** Offers the comparison once all runs of the shown queue have ended. */
function nextStep(snapshot: Snapshot, {width, height}: PanelSize): readonly Line[] {
  const compared = comparableQueue(snapshot);
  if (compared === undefined || height < 3) return [];
  const texts = [` All ${shownQueue(snapshot).length} runs ended.`, ` c compares them.`];
  return (widthOf(texts.join('')) <= width ? [texts.join('')] : texts).map(text => [
    span(text, 'accent'),
  ]);
}

function queueLine(
  {name, isElsewhere, run}: LiveItem,
  fold: ReturnType<typeof nameFolding>,
  width: number,
): Line {
  const sign = statusSign(run.status);
  const where = isElsewhere && isActive(run.status) ? ' (elsewhere)' : '';
  // The sign says that the run is queued: the name needs the room.
  const end =
    isElsewhere && run.status === 'queued' ? ' elsewhere' : ` ${queueText(run, width > 50)}`;
  const shown = fold(name, width - SIGN_WIDTH - widthOf(`${where}${end}`));
  return spread(
    [span(`${sign.text} `, sign.role), span(`${shown}${where}`)],
    [span(end, 'faint')],
    width,
  );
}

/** How far a run is, or what came of it. */
function queueText(run: RunState, isWide: boolean): string {
  if (isActive(run.status) && run.status !== 'paused')
    return `${Math.round(progressOf(run).run * 100)} %`;
  if (!hasResult(run.status)) return statusText(run.status);
  return isWide && run.heads.length <= NAMED_HEADS
    ? accuracyText(run)
    : duration(trainingSeconds(run));
}

type ProgressProps = PanelSize & {readonly run: RunState};

/** Bars of epoch and run; below them the numbers of training so far, then those of the machine. */
function Progress({run, ...size}: ProgressProps): ReactElement {
  const {width} = inside(size);
  const {epoch, run: whole, secondsLeft} = progressOf(run);
  const {loading} = run;
  return (
    <Panel title={progressTitle(run)} {...size}>
      {loading === undefined ? (
        <>
          {size.height >= PROGRESS_HEIGHT && (
            <LabelledBar label="epoch" fraction={epoch} width={width} />
          )}
          <LabelledBar label="run  " fraction={whole} width={width} />
        </>
      ) : (
        <Box marginBottom={1}>
          <LabelledBar
            label={`${loading.what} the images`}
            fraction={loading.done / loading.total}
            width={width}
          />
        </Box>
      )}
      <TextLines
        lines={[[span(metricsText(run, width))], [span(numbersText(run, secondsLeft, width))]]}
        width={width}
      />
    </Panel>
  );
}

type LabelledBarProps = {
  readonly label: string;
  readonly fraction: number;
  readonly width: number;
};

function LabelledBar({label, fraction, width}: LabelledBarProps): ReactElement {
  const percent = ` ${String(Math.round(fraction * 100)).padStart(3)} %`;
  return (
    <Box>
      <Styled role="faint">{`${label} `}</Styled>
      <Bar fraction={fraction} width={width - widthOf(label) - 1 - widthOf(percent)} />
      <Styled>{percent}</Styled>
    </Box>
  );
}

function progressTitle({experiment, current, epoch, epochs, status, models}: RunState): string {
  const model = models.length > 1 && current !== undefined ? ` · ${current}` : '';
  const at = status === 'running' || status === 'paused' ? `epoch ${epoch} of ${epochs} · ` : '';
  return `${at}${statusText(status)} · ${experiment}${model}`;
}

/** As many of the numbers as fit whole. */
function numbersText(run: RunState, secondsLeft: number | undefined, width: number): string {
  const rate = run.batch?.imagesPerSecond;
  const facts = [
    rate === undefined ? undefined : `${Math.round(rate)} images/s`,
    run.endedAt === undefined && secondsLeft !== undefined
      ? `${duration(secondsLeft)} left`
      : undefined,
    run.seconds === undefined ? undefined : `trained in ${duration(trainingSeconds(run))}`,
    run.memoryBytes === 0 ? undefined : bytes(run.memoryBytes),
    run.data === undefined ? undefined : `${imageCounts(run.data)} images`,
    run.backend === '' ? undefined : run.backend,
  ];
  return cutParts(facts.filter(text => text !== undefined).join(' · '), width);
}

type LogProps = PanelSize & {readonly log: readonly LogLine[]};

function Log({log, ...size}: LogProps): ReactElement {
  const room = inside(size);
  const lines = log.slice(-room.height).flatMap(entry => logLines(entry, room.width));
  return <LinesPanel title="Log" lines={lines.slice(-room.height)} {...size} />;
}
