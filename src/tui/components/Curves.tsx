import {Box} from 'ink';
import type {ReactElement} from 'react';
import {keptAccuracy, learningCurve} from '../../compare/learning-curves.js';
import {answering, isShared, outputOf} from '../../model/answering.js';
import {headlineMetrics, type RunState} from '../../runs/run-state.js';
import {isActive} from '../../runs/status.js';
import {fraction} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {accuracyChart, lossChart, overlayChart, systemChart} from '../charts/curves.js';
import {heatMap, visibleHeads} from '../charts/heat-map.js';
import {useSnapshot} from '../hooks.js';
import {headCursor, headRows, MOST_CHARTS} from '../state/head-rows.js';
import {overlaidRuns} from '../state/overlaid-runs.js';
import {chartGrid, MIN_HEIGHT, tableLayout} from '../text/chart-grid.js';
import {line, wrappedLines} from '../text/line.js';
import {hasNumbers, startLines} from '../text/start-text.js';
import {systemSeries} from '../text/system.js';
import {titleWithWindow} from '../text/window.js';
import {useTheme} from '../theme.js';
import {Grid} from './Grid.js';
import {HeadsTable} from './HeadsTable.js';
import {ChartPanel, MessagePanel} from './ChartPanel.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {TextLines} from './TextLines.js';
import {WeightCurves} from './WeightCurves.js';

type CurvesProps = PanelSize & {
  readonly run: RunState;
  readonly isFocused: boolean;
};

/** The curves of a run: of its heads, of all heads together or their weights, of several runs, or of its machine. */
export function Curves({run, ...frame}: CurvesProps): ReactElement {
  const {curves} = useSnapshot().state;
  if (run.failure !== undefined) return <Failure failure={run.failure} {...frame} />;
  const isOfThisRun = curves !== 'runs' && curves !== 'system';
  if (run.heads.length === 0 || (isOfThisRun && !hasNumbers(run)))
    return <Start run={run} {...frame} />;
  switch (curves) {
    case 'heads':
      return <AllHeads run={run} {...frame} />;
    case 'weights':
      return <WeightCurves run={run} {...frame} />;
    case 'runs':
      return <Runs run={run} {...frame} />;
    case 'system':
      return <SystemCharts run={run} {...frame} />;
    case 'accuracy':
    case 'loss':
      return run.heads.length > MOST_CHARTS ? (
        <TableAndChart run={run} metric={curves} {...frame} />
      ) : (
        <HeadCharts run={run} metric={curves} {...frame} />
      );
    default:
      return curves satisfies never;
  }
}

/** What happens until there are curves. */
function Start({run, ...frame}: CurvesProps): ReactElement {
  const {screenReader} = useTheme();
  const {width} = inside(frame);
  return (
    <Panel title={isActive(run.status) ? 'Start' : 'Curves'} {...frame}>
      <TextLines lines={startLines(run, width, screenReader)} width={width} />
    </Panel>
  );
}

type MetricProps = CurvesProps & {readonly metric: 'accuracy' | 'loss'};

/** A chart for each head, and a loss chart where there is room. */
function HeadCharts({run, metric, ...frame}: MetricProps): ReactElement {
  const {state} = useSnapshot();
  const {width, height} = frame;
  const isLossBelow = metric === 'accuracy' && height >= 2 * MIN_HEIGHT + 6;
  const lossHeight = isLossBelow ? Math.max(MIN_HEIGHT + 1, Math.floor(height / 3)) : 0;
  const {columns, rows} = chartGrid(run.heads.length, {width, height: height - lossHeight});
  const cursor = headCursor(headRows(run, state), state);
  const start = Math.min(cursor, Math.max(0, run.heads.length - columns * rows));
  const heads = run.heads.slice(start, start + columns * rows);
  const window = {from: start, to: start + heads.length};
  const place = titleWithWindow('', window, run.heads.length);
  return (
    <Box flexDirection="column">
      <Grid {...{columns, rows, width}} height={height - lossHeight}>
        {heads.map(head => size => (
          <HeadChart
            key={head}
            {...{run, head, metric}}
            place={place === '' ? '' : ` · head${place}`}
            {...size}
            isFocused={frame.isFocused}
          />
        ))}
      </Grid>
      {isLossBelow && (
        <ChartPanel
          title={
            run.models.length > 1 && run.current !== undefined ? `Loss of ${run.current}` : 'Loss'
          }
          draw={area => lossChart(run, undefined, area)}
          width={width}
          height={lossHeight}
        />
      )}
    </Box>
  );
}

type HeadChartProps = MetricProps & {readonly head: string; readonly place?: string};

function HeadChart({run, head, metric, place = '', ...frame}: HeadChartProps): ReactElement {
  return (
    <ChartPanel
      title={`${head} ${metric}${latestText(run, head, metric)}${place}`}
      draw={area => (metric === 'accuracy' ? accuracyChart : lossChart)(run, head, area)}
      {...frame}
    />
  );
}

/** The heads in a table, and the chart of the one under the cursor where there is room. */
function TableAndChart({run, metric, isFocused, ...size}: MetricProps): ReactElement {
  const {state} = useSnapshot();
  const rows = headRows(run, state);
  const head = rows[headCursor(rows, state)]?.head;
  const {isBeside, table, chart} = tableLayout(size);
  if (head === undefined || chart === undefined)
    return <HeadsTable rows={rows} total={run.heads.length} {...size} isFocused={isFocused} />;
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <HeadsTable rows={rows} total={run.heads.length} {...table} isFocused={isFocused} />
      <HeadChart {...{run, head, metric}} {...chart} isFocused={false} />
    </Box>
  );
}

/**
 * ` 0.872`: the number that counts so far; ` · test 0.872` where it is of other images than the curves; and
 * the network, where several have the head.
 */
function latestText(run: RunState, head: string, curves: 'accuracy' | 'loss'): string {
  const model = answering(run.models, head);
  const metrics = model && headlineMetrics(model);
  const value = ownValue(metrics?.heads ?? {}, outputOf(model, head))?.[curves];
  const of = isShared(run.models, head) ? ` of ${model?.name ?? ''}` : '';
  if (value === undefined) return of;
  return `${model?.final?.test === undefined ? '' : ' · test'} ${fraction(value, 3)}${of}`;
}

/** All heads together: curves in one chart, or a heat map of many. */
function AllHeads({run, ...frame}: CurvesProps): ReactElement {
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  const rows = headRows(run, state);
  const cursor = headCursor(rows, state);
  if (run.heads.length > MOST_CHARTS) {
    if (screenReader) return <HeadsTable rows={rows} total={run.heads.length} {...frame} />;
    return (
      <ChartPanel
        title={titleWithWindow(
          'Validation accuracy by epoch: heads',
          visibleHeads(rows.length, cursor, inside(frame).height),
          rows.length,
        )}
        draw={area => heatMap(rows, cursor, run.epochs, area)}
        {...frame}
      />
    );
  }
  const curves = run.heads.map(name => ({
    name,
    runs: 1,
    points: learningCurve([run], name, 'validation', 'accuracy'),
    accuracy: keptAccuracy([run], name),
  }));
  return (
    <ChartPanel
      title="Validation accuracy of all heads"
      draw={area => overlayChart(curves, run.epochs, area)}
      {...frame}
    />
  );
}

/** The runs beside this one on one head, the seeds or folds of a design as one curve in its band. */
function Runs({run, ...frame}: CurvesProps): ReactElement {
  const snapshot = useSnapshot();
  const rows = headRows(run, snapshot.state);
  const head = rows[headCursor(rows, snapshot.state)]?.head ?? run.heads[0] ?? '';
  const curves = overlaidRuns(snapshot, run).map(({name, runs}) => ({
    name,
    runs: runs.length,
    points: learningCurve(runs, head, 'validation', 'accuracy'),
    accuracy: keptAccuracy(runs, head),
  }));
  if (curves.every(({points}) => points.length === 0)) return <Start run={run} {...frame} />;
  const isBand = curves.some(curve => curve.runs > 1);
  const epochs = Math.max(
    ...overlaidRuns(snapshot, run).flatMap(({runs}) => runs.map(member => member.epochs)),
  );
  return (
    <ChartPanel
      title={`${head} validation accuracy of ${curves.length === 1 ? 'one design' : `${curves.length} designs`}${isBand ? ' · median of the runs' : ''}`}
      draw={area => overlayChart(curves, epochs, area)}
      {...frame}
    />
  );
}

/** What the trainer takes of its machine. */
function SystemCharts({run, ...frame}: CurvesProps): ReactElement {
  // A curve needs two points.
  if (run.system.length < 2) {
    const text = isActive(run.status)
      ? 'No curve of the machine yet: the trainer takes a sample every 5 seconds.'
      : 'This run was too short for curves of its machine.';
    return <MessagePanel title="System" text={text} {...frame} />;
  }
  const all = systemSeries(run);
  const {columns, rows} = chartGrid(all.length, frame);
  return (
    <Grid {...{columns, rows}} width={frame.width} height={frame.height}>
      {all.map(series => size => (
        <ChartPanel
          key={series.title}
          title={series.title}
          draw={area => systemChart(run, series, area)}
          {...size}
          isFocused={frame.isFocused}
        />
      ))}
    </Grid>
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
