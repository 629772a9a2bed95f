import {setImmediate as nextTurn, setTimeout as sleep} from 'node:timers/promises';
import {stripVTControlCharacters} from 'node:util';
import {render} from './render.js';
import {App} from '../../src/tui/App.js';
import {TuiController} from '../../src/tui/controller.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import type {Look} from '../../src/tui/theme.js';
import {fixtureServices} from './interface-services.js';

export type Size = {readonly columns: number; readonly rows: number};

type FrameOptions = Partial<Look> & {readonly screenReader?: boolean};

type Mounted = {
  /** The last frame without colours. */
  readonly frame: () => string;
  /** The last frame as it was written. */
  readonly painted: () => string;
  /** Everything that was written, in pieces. */
  readonly written: () => readonly string[];
  /** What reads of the keyboard bring: one, or several directly after each other. */
  readonly press: (...pieces: readonly string[]) => Promise<void>;
  readonly resize: (size: Size) => Promise<void>;
  readonly unmount: () => void;
};

const BETWEEN_KEYS_MS = 20;

/** The interface of a controller on a terminal of a size. */
export function mountApp(
  controller: TuiController,
  size: Size,
  {screenReader = false, ...look}: FrameOptions = {},
): Mounted {
  // The library has no option for it: Ink reads it from the environment when it starts.
  if (screenReader) process.env['INK_SCREEN_READER'] = 'true';
  const {lastFrame, stdin, stdout, rerender, unmount} = render(<></>);
  delete process.env['INK_SCREEN_READER'];
  const setSize = ({columns, rows}: Size): void => {
    Object.defineProperty(stdout, 'columns', {value: columns, configurable: true});
    Object.defineProperty(stdout, 'rows', {value: rows, configurable: true});
    stdout.emit('resize');
  };
  setSize(size);
  rerender(
    <App
      controller={controller}
      look={{color: false, background: 'dark', ascii: false, ...look}}
      mouse
    />,
  );
  const painted = (): string => lastFrame() ?? '';
  return {
    painted,
    written: () => stdout.frames,
    frame: () => stripVTControlCharacters(painted()),
    press: async (...pieces) => {
      // Keys that come faster than a person presses them start and stop nothing.
      await sleep(BETWEEN_KEYS_MS);
      for (const piece of pieces) {
        stdin.write(piece);
        await nextTurn();
      }
    },
    resize: async next => {
      await nextTurn();
      setSize(next);
      await nextTurn();
    },
    unmount,
  };
}

const noServices = fixtureServices({runs: '/nowhere'});

/** The interface showing a snapshot and nothing else. */
export function mountSnapshot(
  snapshot: Snapshot,
  size: Size,
  options: FrameOptions = {},
): Mounted & {readonly controller: TuiController} {
  const controller = new TuiController(noServices);
  controller.update(snapshot);
  return {...mountApp(controller, size, options), controller};
}

/** The frame of a snapshot at a size, without colours. */
export function frameOf(snapshot: Snapshot, size: Size, options: FrameOptions = {}): string {
  const {frame, unmount} = mountSnapshot(snapshot, size, options);
  const text = frame();
  unmount();
  return text;
}

/** The same with its colours. */
export function paintedFrameOf(snapshot: Snapshot, size: Size, options: FrameOptions = {}): string {
  const {painted, unmount} = mountSnapshot(snapshot, size, {color: true, ...options});
  const text = painted();
  unmount();
  return text;
}
