import type {ReactElement} from 'react';
import {affinityTitles} from '../../compare/affinity.js';
import {affinityLines, affinityMap, orderedAffinity} from '../charts/affinity-map.js';
import {thousands} from '../../util/format.js';
import {useSnapshot} from '../hooks.js';
import {cursorIndex} from '../state/lists.js';
import {shownAffinity} from '../state/run-tabs.js';
import {useTheme} from '../theme.js';
import {ChartPanel, MessagePanel} from './ChartPanel.js';
import {Panel, type PanelSize} from './Panel.js';
import {TextLines} from './TextLines.js';

/** How the heads of the opened run affect each other, as a heat map. */
export function AffinityTab(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {screenReader} = useTheme();
  const affinity = shownAffinity(snapshot);
  if (affinity === undefined) {
    const text = 'This run did not measure how its heads affect each other. Set training.affinity.';
    return <MessagePanel title="Affinity" text={text} {...size} isFocused />;
  }
  const ordered = orderedAffinity(affinity);
  const cursor = cursorIndex(snapshot.state.lists.heads, ordered.names);
  const title = `Affinity: ${affinityTitles[affinity.method]}, mean over ${thousands(affinity.steps)} batches`;
  if (screenReader)
    return (
      <Panel title={title} {...size} isFocused>
        <TextLines lines={affinityLines(ordered)} width={size.width} />
      </Panel>
    );
  return (
    <ChartPanel
      title={title}
      draw={area => affinityMap(ordered, cursor, area)}
      {...size}
      isFocused
    />
  );
}
