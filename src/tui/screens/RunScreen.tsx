import {Box} from 'ink';
import {useMemo, type ReactElement} from 'react';
import {affinityTitles} from '../../compare/affinity.js';
import {parseResolved} from '../../experiment/stringify.js';
import {experimentSummary} from '../../model/summary.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {LogLine} from '../../runs/run-state.js';
import {assertNever} from '../../util/assert-never.js';
import {bytes, thousands} from '../../util/format.js';
import {affinityLines, affinityMap, orderedAffinity} from '../charts/affinity-map.js';
import {Curves} from '../components/Curves.js';
import {
  ChartPanel,
  inside,
  LinesPanel,
  MessagePanel,
  ScrollPanel,
  type PanelSize,
} from '../components/Panel.js';
import {ScoresTable} from '../components/ScoresTable.js';
import {useSnapshot} from '../hooks.js';
import type {RunTab} from '../state/interface-state.js';
import {tabulatedRun} from '../state/head-rows.js';
import {cursorIndex} from '../state/lists.js';
import {openedRun, shownAffinity, shownTabs} from '../state/selectors.js';
import type {RunFilesState} from '../state/snapshot.js';
import {capitalized, cutMiddle, widthOf} from '../text/fit.js';
import {headLines, rightLines} from '../text/heads.js';
import {line, span, wrappedLines, type Line} from '../text/line.js';
import {logLines, statusCell} from '../text/run-text.js';
import {useTheme} from '../theme.js';

const TABS_HEIGHT = 3;

/** One run: curves, numbers of each head, summary, definition, predictions, files, log. */
export function RunScreen({width, height}: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {runTab} = snapshot.state;
  const record = openedRun(snapshot);
  if (record === undefined) {
    const text = 'This run no longer exists.';
    return <MessagePanel title="Run" text={text} {...{width, height}} isFocused />;
  }
  const size = {width, height: height - TABS_HEIGHT};
  const tabulated = tabulatedRun(snapshot);
  // The log of a trainer that died says that it still trains.
  const {state, status} = record;
  const run = state.status === status ? state : {...state, status};
  return (
    <Box flexDirection="column">
      <Tabs
        record={record}
        tabs={shownTabs(snapshot)}
        open={runTab}
        width={width}
        height={TABS_HEIGHT}
      />
      {runTab === 'curves' ? (
        <Curves run={run} {...size} isFocused />
      ) : runTab === 'affinity' ? (
        <AffinityTab {...size} />
      ) : tabulated === undefined ? (
        <TextTab tab={runTab} record={record} {...size} />
      ) : (
        <ScoresTable run={tabulated} {...size} />
      )}
    </Box>
  );
}

type TabsProps = PanelSize & {
  readonly record: RunRecord;
  readonly tabs: readonly RunTab[];
  readonly open: RunTab;
};

function Tabs({record: {folder, status}, tabs: names, open, ...size}: TabsProps): ReactElement {
  const {width} = inside(size);
  const tabs = names.flatMap((tab, index): Line => [
    span(index === 0 ? '' : ' '),
    tab === open ? span(`[${tab}]`, 'strong') : span(tab, 'faint'),
  ]);
  const start = `${statusCell(status).text}: `;
  const id = cutMiddle(folder.id, width - 2 - widthOf(start));
  return <LinesPanel title={`${start}${id}`} lines={[tabs]} {...size} />;
}

type TextTabProps = PanelSize & {
  readonly tab: Exclude<RunTab, 'curves' | 'affinity'>;
  readonly record: RunRecord;
};

/** A page of text, as long as it is. */
function TextTab({tab, record, ...size}: TextTabProps): ReactElement {
  const {files, measured, state} = useSnapshot();
  const {screenReader} = useTheme();
  const {width} = inside(size);
  // Printing takes longer than drawing a frame.
  const summary = useMemo(() => textLines(summaryText(files, width)), [files, width]);
  const {folder, state: run} = record;
  const lines = (): readonly Line[] => {
    switch (tab) {
      case 'heads':
        return headLines(measured, folder.id, width, screenReader);
      case 'summary':
        return summary;
      case 'definition':
        return textLines(files.definition);
      case 'predictions':
        return rightLines(measured, folder.id, width);
      case 'files':
        return fileLines(cutMiddle(folder.path, width), files.files);
      case 'log':
        return allLogLines(run.log, files.log, width);
      default:
        return assertNever(tab);
    }
  };
  const title = capitalized(tab);
  return <ScrollPanel title={title} lines={lines()} scroll={state.scroll} {...size} isFocused />;
}

function textLines(text: string): Line[] {
  return text === ''
    ? [line('Not written yet.', 'faint')]
    : text.split('\n').map(part => line(part));
}

/** The run's own log, and below it what its trainer wrote beside that. */
function allLogLines(log: readonly LogLine[], trainerLog: string, width: number): Line[] {
  const lines = log.flatMap(entry => logLines(entry, width));
  if (trainerLog === '') return lines.length > 0 ? lines : [line('The log is empty.', 'faint')];
  const gap = lines.length > 0 ? [line('')] : [];
  return [...lines, ...gap, line('trainer.log', 'strong'), ...wrappedLines(trainerLog, width)];
}

/** The summary as it was written; where that is too wide, printed anew from the definition. */
function summaryText({summary, definition}: RunFilesState, width: number): string {
  const isFitting = summary.split('\n').every(text => widthOf(text) <= width);
  if (isFitting || definition === '') return summary;
  try {
    return experimentSummary(parseResolved(definition, 'experiment.yaml'), width);
  } catch {
    return summary;
  }
}

function fileLines(folder: string, files: RunFilesState['files']): Line[] {
  return [
    line(folder, 'faint'),
    ...files.map(file => [span(`${bytes(file.bytes).padStart(9)}  `, 'faint'), span(file.name)]),
  ];
}

/** How the heads of the opened run affect each other, as a heat map. */
function AffinityTab(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {screenReader} = useTheme();
  const affinity = shownAffinity(snapshot);
  if (affinity === undefined) {
    const text = 'This run did not measure how its heads affect each other. Set training.affinity.';
    return <MessagePanel title="Affinity" text={text} {...size} isFocused />;
  }
  const ordered = orderedAffinity(affinity);
  const frame = {
    title: `Affinity: ${affinityTitles[affinity.method]}, mean over ${thousands(affinity.steps)} batches`,
    ...size,
    isFocused: true,
  };
  if (screenReader) return <LinesPanel lines={affinityLines(ordered)} {...frame} />;
  const cursor = cursorIndex(snapshot.state.lists.heads, ordered.names);
  return <ChartPanel draw={area => affinityMap(ordered, cursor, area)} {...frame} />;
}
