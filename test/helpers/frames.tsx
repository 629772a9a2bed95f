import {App} from '../../src/tui/App.js';
import {receive} from '../../src/tui/actions/press.js';
import {KeyBursts} from '../../src/tui/keys/key-bursts.js';
import {TuiController} from '../../src/tui/interface.js';
import {ScreenReaderApp} from '../../src/tui/screens/ScreenReaderApp.js';
import type {Size, Snapshot} from '../../src/tui/state/snapshot.js';
import {makeTheme, type ThemeOptions} from '../../src/tui/theme.js';
import {Store} from '../../src/util/store.js';
import {fixtureServices} from './interface-services.js';
import {mount, type Mounted} from './mount.js';

type FrameOptions = Partial<ThemeOptions> & {readonly screenReader?: boolean};

/** Acts on each read of the keyboard; a clock that stands far apart makes each one its own. */
export function keysTo(to: TuiController): KeyBursts {
  let now = 0;
  return new KeyBursts(
    burst => receive(to, burst),
    () => (now += 1000),
  );
}

const noServices = fixtureServices({runs: '/nowhere'});

/** The interface on a terminal of a size, showing a snapshot and nothing else. */
function mountSnapshot(
  snapshot: Snapshot,
  {columns, rows}: Size,
  {screenReader = false, ...look}: FrameOptions = {},
): Mounted & {readonly to: TuiController; readonly size: Store<Size>} {
  const {ascii} = snapshot;
  const to = new TuiController(noServices, {ascii});
  to.update(snapshot);
  const size = new Store<Size>({columns, rows});
  const theme = makeTheme({colors: 0, background: 'dark', ascii, ...look});
  const Screen = screenReader ? ScreenReaderApp : App;
  const mounted = mount(
    draw => (
      <Screen {...{controller: to, size, theme, draw}} keys={keysTo(to)} repaint={() => {}} />
    ),
    {columns, rows, isScreenReaderEnabled: screenReader},
  );
  return {...mounted, to, size};
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
  const {painted, unmount} = mountSnapshot(snapshot, size, {colors: 3, ...options});
  const text = painted();
  unmount();
  return text;
}
