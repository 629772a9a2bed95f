import type {ReactElement} from 'react';
import type {ChartArea} from '../charts/curves.js';
import {useSnapshot} from '../hooks.js';
import {wrappedLines, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {TextLines} from './TextLines.js';

type ChartPanelProps = PanelSize & {
  readonly title: string;
  readonly isFocused?: boolean;
  readonly draw: (area: ChartArea) => readonly Line[];
};

/** A chart that fills its panel. A screen reader has the title, which ends with the latest value. */
export function ChartPanel({draw, ...frame}: ChartPanelProps): ReactElement {
  const {chart: view} = useSnapshot().state;
  const {ascii} = useTheme();
  const {width, height} = inside(frame);
  return (
    <Panel {...frame}>
      <TextLines lines={draw({width, height, ascii, view})} width={width} aria-hidden />
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
