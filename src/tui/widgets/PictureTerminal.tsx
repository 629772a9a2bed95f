import {InkPictureProvider} from 'ink-picture';
import {useLayoutEffect, type ReactElement, type ReactNode} from 'react';
import {ignoreSignalHandlersOf} from '../terminal/own-signals.js';

/** How often images look whether they were moved; nothing moves them but keys. */
const config = {pollIntervalMs: 200};

export type PictureTerminalProps = {
  /** Called when the terminal has said what images it can draw, or nothing for a while. */
  readonly onKnown: () => void;
  readonly children?: ReactNode;
};

/** Asks the terminal what images it can draw, for all images inside. */
export function PictureTerminal({onKnown, children}: PictureTerminalProps): ReactElement {
  useLayoutEffect(() => ignoreSignalHandlersOf('ink-picture'), []);
  return (
    <InkPictureProvider config={config} onTerminalInfoDetection={onKnown}>
      {children}
    </InkPictureProvider>
  );
}
