import {Box} from 'ink';
import type {ReactElement} from 'react';
import {keptAccuracy, learningCurve} from '../../compare/learning-curves.js';
import {headlineMetrics, type RunState} from '../../runs/run-state.js';
import {fraction} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {accuracyChart, lossChart, overlayChart, type ChartArea} from '../charts/curves.js';
import {useSnapshot} from '../hooks.js';
import {line, wrappedLines, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {TextLines} from './TextLines.js';

/** Smallest chart that can be read, with its frame. */
const MIN_WIDTH = 34;
const MIN_HEIGHT = 9;

type ChartPanelProps = PanelSize & {
  readonly title: string;
  readonly isFocused?: boolean;
  readonly draw: (area: ChartArea) => readonly Line[];
};

/** A chart that fills its panel. A screen reader has the title, which ends with the latest value. */
export function ChartPanel({draw, ...frame}: ChartPanelProps): ReactElement {
  const {ascii} = useTheme();
  const {width, height} = inside(frame);
  return (
    <Panel {...frame}>
      <TextLines lines={draw({width, height, ascii})} width={width} aria-hidden />
    </Panel>
  );
}

type MessagePanelProps = PanelSize & {
  readonly title: string;
  readonly text: string;
  readonly isFocused: boolean;
};

/** A panel with a text that is wrapped. */
export function MessagePanel({text, ...frame}: MessagePanelProps): ReactElement {
  const {width} = inside(frame);
  return (
    <Panel {...frame}>
      <TextLines lines={wrappedLines(text, width)} width={width} />
    </Panel>
  );
}

type CurvesProps = PanelSize & {
  readonly run: RunState;
  readonly isFocused: boolean;
};

/** The curves of a run: a chart for each head, or all heads in one; a loss chart where there is room. */
export function Curves({run, ...frame}: CurvesProps): ReactElement {
  const {curves, firstHead} = useSnapshot().state;
  const {width, height} = frame;
  if (run.failure !== undefined) return <Failure failure={run.failure} {...frame} />;
  if (run.heads.length === 0) {
    const text = run.status === 'queued' ? 'Waiting in the queue.' : 'Starting.';
    return <MessagePanel title="Curves" text={text} {...frame} />;
  }
  if (curves === 'overlay') return <Overlay run={run} {...frame} />;
  const isLossBelow = curves === 'accuracy' && height >= 2 * MIN_HEIGHT + 4;
  const lossHeight = isLossBelow ? Math.max(MIN_HEIGHT, Math.floor(height / 3)) : 0;
  const {columns, rows} = chartGrid(run.heads.length, {width, height: height - lossHeight});
  const start = Math.min(firstHead, Math.max(0, run.heads.length - columns * rows));
  const heads = run.heads.slice(start, start + columns * rows);
  const place =
    heads.length === run.heads.length
      ? ''
      : ` · ${start + 1}-${start + heads.length} of ${run.heads.length}`;
  const heights = parts(height - lossHeight, rows);
  const widths = parts(width, columns);
  return (
    <Box flexDirection="column">
      {heights.map((rowHeight, row) => (
        <Box key={row}>
          {heads.slice(row * columns, (row + 1) * columns).map((head, column) => (
            <ChartPanel
              key={head}
              title={`${head} ${curves}${latestText(run, head, curves)}${place}`}
              draw={area => (curves === 'accuracy' ? accuracyChart : lossChart)(run, head, area)}
              width={widths[column] as number}
              height={rowHeight}
              isFocused={frame.isFocused}
            />
          ))}
        </Box>
      ))}
      {isLossBelow && (
        <ChartPanel
          title={
            run.models.length > 1 && run.current !== undefined ? `loss of ${run.current}` : 'loss'
          }
          draw={area => lossChart(run, undefined, area)}
          {...frame}
          height={lossHeight}
        />
      )}
    </Box>
  );
}

/** How many heads have room for a chart of their own, in how many columns and rows. */
function chartGrid(
  heads: number,
  {width, height}: PanelSize,
): {readonly columns: number; readonly rows: number} {
  const columns = Math.min(Math.max(1, Math.floor(width / MIN_WIDTH)), heads);
  const rows = Math.max(1, Math.floor(height / MIN_HEIGHT));
  return {columns, rows: Math.min(rows, Math.ceil(heads / columns))};
}

/** Parts of a length that are as equal as whole cells can be. */
function parts(length: number, count: number): number[] {
  const edge = (index: number): number => Math.floor((length * index) / count);
  return Array.from({length: count}, (_, index) => edge(index + 1) - edge(index));
}

/** ` 0.872`: the number that counts so far. */
function latestText(run: RunState, head: string, curves: 'accuracy' | 'loss'): string {
  const model = run.models.find(({heads}) => heads.includes(head));
  const metrics = model && headlineMetrics(model);
  const value = ownValue(metrics?.heads ?? {}, head)?.[curves];
  return value === undefined ? '' : ` ${fraction(value, 3)}`;
}

function Overlay({run, ...frame}: CurvesProps): ReactElement {
  const curves = run.heads.map(name => ({
    name,
    seeds: 1,
    points: learningCurve([run], name, 'validation', 'accuracy'),
    accuracy: keptAccuracy([run], name),
  }));
  return (
    <ChartPanel
      title="validation accuracy of all heads"
      draw={area => overlayChart(curves, Math.max(1, run.epochs), area)}
      {...frame}
    />
  );
}

type FailureProps = PanelSize & {
  readonly failure: NonNullable<RunState['failure']>;
  readonly isFocused: boolean;
};

function Failure({failure: {message, hint}, ...frame}: FailureProps): ReactElement {
  const {width} = inside(frame);
  const lines = [
    ...wrappedLines(message, width, 'bad'),
    ...(hint === undefined ? [] : [line(''), ...wrappedLines(hint, width)]),
  ];
  return (
    <Panel title="Why it failed" {...frame}>
      <TextLines lines={lines} width={width} />
    </Panel>
  );
}
