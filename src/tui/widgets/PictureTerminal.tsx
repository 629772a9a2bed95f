import {InkPictureProvider} from 'ink-picture';
import type {ReactElement, ReactNode} from 'react';

/** How often pictures look whether they were moved; nothing moves them but keys. */
const config = {pollIntervalMs: 200};

export type PictureTerminalProps = {
  /** Called when the terminal has said what pictures it can draw, or nothing for a while. */
  readonly onKnown: () => void;
  readonly children?: ReactNode;
};

/** Asks the terminal what pictures it can draw, for all pictures inside. */
export function PictureTerminal({onKnown, children}: PictureTerminalProps): ReactElement {
  return (
    <InkPictureProvider config={config} onTerminalInfoDetection={onKnown}>
      {children}
    </InkPictureProvider>
  );
}
