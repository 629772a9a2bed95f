import type {ReactElement} from 'react';
import {weightCurve} from '../../compare/learning-curves.js';
import type {RunState} from '../../runs/run-state.js';
import {fraction} from '../../util/format.js';
import {overlayChart, type ChartArea} from '../charts/curves.js';
import {heatMap, visibleHeads} from '../charts/heat-map.js';
import {useSnapshot} from '../hooks.js';
import {headCursor, headRows, MOST_CHARTS} from '../state/head-rows.js';
import {titleWithWindow} from '../text/window.js';
import {useTheme} from '../theme.js';
import {ChartPanel, MessagePanel} from './ChartPanel.js';
import {inside, type PanelSize} from './Panel.js';

type WeightCurvesProps = PanelSize & {readonly run: RunState; readonly isFocused: boolean};

/** The weights that `training.balance` gave the heads: curves in one chart, or a heat map of many. */
export function WeightCurves({run, ...frame}: WeightCurvesProps): ReactElement {
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  const rows = headRows(run, state).map(row => ({...row, points: weightCurve(run, row.head)}));
  const latest = rows.flatMap(({head, points}) => {
    const weight = points.at(-1)?.mean;
    return weight === undefined ? [] : [`${head} ${fraction(weight, 3)}`];
  });
  if (latest.length === 0) {
    const text = 'No weights: training.balance is equal, or no epoch has ended yet.';
    return <MessagePanel title="Weights of the heads" text={text} {...frame} />;
  }
  if (screenReader)
    return <MessagePanel title="Weights of the heads" text={latest.join(', ')} {...frame} />;
  // Weights have no natural range: the axis fits them.
  const fitted = (area: ChartArea): ChartArea => ({...area, view: {...area.view, fit: true}});
  if (run.heads.length <= MOST_CHARTS) {
    const curves = rows.map(({head, points}) => ({name: head, runs: 1, points}));
    return (
      <ChartPanel
        title="Weights of the heads"
        draw={area => overlayChart(curves, run.epochs, fitted(area))}
        {...frame}
      />
    );
  }
  const weighted = rows.map(row => ({...row, values: row.points.map(({mean}) => mean)}));
  const cursor = headCursor(rows, state);
  return (
    <ChartPanel
      title={titleWithWindow(
        'Weights by epoch: heads',
        visibleHeads(rows.length, cursor, inside(frame).height),
        rows.length,
      )}
      draw={area => heatMap(weighted, cursor, run.epochs, fitted(area))}
      {...frame}
    />
  );
}
