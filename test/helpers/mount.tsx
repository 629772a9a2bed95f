import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink';
import type {ReactElement} from 'react';
import {FakeStdin, FakeStdout} from './terminal-streams.js';

export type Mounted = {
  /** The last frame without colours. */
  readonly frame: () => string;
  /** The last frame as it was written. */
  readonly painted: () => string;
  /** Every frame so far, as it was written. */
  readonly frames: readonly string[];
  readonly press: (text: string) => Promise<void>;
  readonly stdout: FakeStdout;
  readonly rerender: (tree: ReactElement) => void;
  readonly unmount: () => void;
};

type MountOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly isScreenReaderEnabled?: boolean;
};

/** Mounts a tree on a terminal of the given size; debug mode writes each whole frame. */
export function mount(
  tree: ReactElement | ((draw: (frame: string) => void) => ReactElement),
  {columns = 80, rows = 24, isScreenReaderEnabled = false}: MountOptions = {},
): Mounted {
  const stdout = new FakeStdout(columns, rows);
  const stdin = new FakeStdin();
  const draw = (frame: string): void => void stdout.write(frame);
  const app = render(typeof tree === 'function' ? tree(draw) : tree, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled,
  });
  const painted = (): string => stdout.written.at(-1) ?? '';
  return {
    painted,
    frame: () => stripVTControlCharacters(painted()),
    frames: stdout.written,
    stdout,
    rerender: app.rerender,
    unmount: () => {
      app.unmount();
      app.cleanup();
    },
    press: async text => {
      stdin.press(text);
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}
