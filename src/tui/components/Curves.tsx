import {Box} from 'ink';
import type {ReactElement} from 'react';
import {weightCurve} from '../../compare/learning-curves.js';
import {answering, isShared, outputOf} from '../../model/answering.js';
import {headlineMetrics, type RunState} from '../../runs/run-state.js';
import {isActive} from '../../runs/status.js';
import {fraction} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {
  accuracyCurve,
  metricChart,
  overlayChart,
  systemChart,
  type OverlaidCurve,
} from '../charts/curves.js';
import {heatMap, visibleHeads, type HeatRow} from '../charts/heat-map.js';
import {useSnapshot} from '../hooks.js';
import {headCursor, headRows, MOST_CHARTS} from '../state/head-rows.js';
import {overlaidRuns} from '../state/overlaid-runs.js';
import {chartGrid, MIN_HEIGHT, tableLayout} from '../text/layout.js';
import {line, wrappedLines} from '../text/line.js';
import {hasNumbers, startLines} from '../text/run-text.js';
import {systemSeries} from '../text/system.js';
import {titleWithWindow} from '../text/window.js';
import {useTheme} from '../theme.js';
import {HeadsTable} from './HeadsTable.js';
import {ChartPanel, Grid, inside, LinesPanel, MessagePanel, type PanelSize} from './Panel.js';

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
      return <Weights run={run} {...frame} />;
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
  const lines = startLines(run, inside(frame).width, screenReader);
  return <LinesPanel title={isActive(run.status) ? 'Start' : 'Curves'} lines={lines} {...frame} />;
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
          draw={area => metricChart(run, 'loss', undefined, area)}
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
      draw={area => metricChart(run, metric, head, area)}
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
    return <HeadsTable run={run} {...size} isFocused={isFocused} />;
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <HeadsTable run={run} {...table} isFocused={isFocused} />
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

/** The validation accuracy of all heads. */
function AllHeads(props: CurvesProps): ReactElement {
  const {run} = props;
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  if (screenReader && run.heads.length > MOST_CHARTS) return <HeadsTable {...props} />;
  return (
    <CurvesOrMap
      title="Validation accuracy of all heads"
      curves={run.heads.map(head => accuracyCurve(head, [run], head))}
      map={{title: 'Validation accuracy by epoch: heads', rows: headRows(run, state)}}
      {...props}
    />
  );
}

/** The weights that `training.balance` gave the heads. */
function Weights({run, ...frame}: CurvesProps): ReactElement {
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  const title = 'Weights of the heads';
  const curves = headRows(run, state).map(({head}) => ({
    name: head,
    runs: 1,
    points: weightCurve(run, head),
  }));
  const latest = curves.flatMap(({name, points}) => {
    const weight = points.at(-1)?.mean;
    return weight === undefined ? [] : [`${name} ${fraction(weight, 3)}`];
  });
  if (screenReader || latest.length === 0) {
    const none = 'No weights: training.balance is equal, or no epoch has ended yet.';
    return <MessagePanel title={title} text={latest.join(', ') || none} {...frame} />;
  }
  const rows = curves.map(({name, points}) => ({head: name, values: points.map(({mean}) => mean)}));
  const map = {title: 'Weights by epoch: heads', rows};
  // Weights have no natural range: the axis fits them.
  return <CurvesOrMap {...{run, title, curves, map}} isFitted {...frame} />;
}

type CurvesOrMapProps = CurvesProps & {
  readonly title: string;
  readonly curves: readonly OverlaidCurve[];
  /** In place of the curves where there are many heads. */
  readonly map: {readonly title: string; readonly rows: readonly HeatRow[]};
  readonly isFitted?: boolean;
};

/** A number of all heads: curves in one chart, or a heat map of many. */
function CurvesOrMap(props: CurvesOrMapProps): ReactElement {
  const {run, curves, map, isFitted = false, title, ...frame} = props;
  const {state} = useSnapshot();
  const isMap = run.heads.length > MOST_CHARTS;
  const {rows} = map;
  const cursor = headCursor(rows, state);
  const visible = visibleHeads(rows.length, cursor, inside(frame).height);
  return (
    <ChartPanel
      title={isMap ? titleWithWindow(map.title, visible, rows.length) : title}
      draw={({view, ...area}) => {
        const shown = {...area, view: {...view, fit: isFitted || view.fit}};
        return isMap
          ? heatMap(rows, cursor, run.epochs, shown)
          : overlayChart(curves, run.epochs, shown);
      }}
      {...frame}
    />
  );
}

/** The runs beside this one on one head, the seeds or folds of a design as one curve in its band. */
function Runs({run, ...frame}: CurvesProps): ReactElement {
  const snapshot = useSnapshot();
  const rows = headRows(run, snapshot.state);
  const head = rows[headCursor(rows, snapshot.state)]?.head ?? run.heads[0] ?? '';
  const designs = overlaidRuns(snapshot, run);
  const curves = designs.map(({name, runs}) => accuracyCurve(name, runs, head));
  if (curves.every(({points}) => points.length === 0)) return <Start run={run} {...frame} />;
  const of = curves.length === 1 ? 'one design' : `${curves.length} designs`;
  const band = curves.some(({runs}) => runs > 1) ? ' · median of the runs' : '';
  const epochs = Math.max(...designs.flatMap(({runs}) => runs.map(member => member.epochs)));
  return (
    <ChartPanel
      title={`${head} validation accuracy of ${of}${band}`}
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

type FailureProps = Omit<CurvesProps, 'run'> & {
  readonly failure: NonNullable<RunState['failure']>;
};

function Failure({failure: {message, hint}, ...frame}: FailureProps): ReactElement {
  const {width} = inside(frame);
  const lines = [
    ...wrappedLines(message, width, 'bad'),
    ...(hint === undefined ? [] : [line(''), ...wrappedLines(hint, width)]),
  ];
  return <LinesPanel title="Why it failed" lines={lines} {...frame} />;
}
