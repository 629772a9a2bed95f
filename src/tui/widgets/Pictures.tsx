import {InkPictureProvider} from 'ink-picture';
import type {ReactElement, ReactNode} from 'react';
import {useRepaint} from '../hooks/repaint-context.js';

/** How often pictures look whether they were moved; nothing moves them but keys. */
const config = {pollIntervalMs: 200};

/** Asks the terminal once what pictures it can draw, for all pictures inside. */
export function Pictures({children}: {readonly children: ReactNode}): ReactElement {
  // The question clears the line that the cursor is in, past the frame that is known here.
  const repaint = useRepaint();
  return (
    <InkPictureProvider config={config} onTerminalInfoDetection={repaint}>
      {children}
    </InkPictureProvider>
  );
}
