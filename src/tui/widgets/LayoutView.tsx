import {Box} from 'ink';
import type {ReactElement} from 'react';
import {inside, type Layout} from '../view/pane.js';
import {Lines} from './Lines.js';
import {Panel} from './Panel.js';

/** Draws panes as they are laid out. */
export function LayoutView({layout}: {readonly layout: Layout}): ReactElement {
  if ('direction' in layout) {
    return (
      <Box flexDirection={layout.direction}>
        {layout.parts.map((part, index) => (
          <LayoutView key={'key' in part ? part.key : index} layout={part} />
        ))}
      </Box>
    );
  }
  const {title, width, height, focused, lines} = layout;
  const room = inside(layout);
  return (
    <Panel title={title} width={width} height={height} focused={focused}>
      <Lines lines={lines.slice(0, room.height)} width={room.width} />
    </Panel>
  );
}
