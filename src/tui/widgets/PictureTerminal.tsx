import {InkPictureProvider} from 'ink-picture';
import {useLayoutEffect, type ReactElement, type ReactNode} from 'react';
import {refuseSignalsOf} from '../terminal/own-signals.js';

/** How often pictures look whether they were moved; nothing moves them but keys. */
const config = {pollIntervalMs: 200};

export type PictureTerminalProps = {
  /** Called when the terminal has said what pictures it can draw, or nothing for a while. */
  readonly onKnown: () => void;
  readonly children?: ReactNode;
};

/** Asks the terminal what pictures it can draw, for all pictures inside. */
export function PictureTerminal({onKnown, children}: PictureTerminalProps): ReactElement {
  useLayoutEffect(() => refuseSignalsOf('ink-picture'), []);
  return (
    <InkPictureProvider config={config} onTerminalInfoDetection={onKnown}>
      {children}
    </InkPictureProvider>
  );
}
