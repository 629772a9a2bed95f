import {supportsColor} from 'chalk';
import {render} from 'ink';
import {App} from './App.js';
import {followScreen} from './loading/follow-screen.js';
import {Interface, type ExitReason} from './interface.js';
import {ScreenReaderApp} from './screens/ScreenReaderApp.js';
import type {Services} from './services.js';
import type {Screen} from './state/interface-state.js';
import {appearance} from './terminal/appearance.js';
import {FrameWriter, framed} from './terminal/frame-writer.js';
import {ScreenSession} from './terminal/screen-session.js';
import {sizeStore} from './terminal/size-store.js';
import {makeTheme} from './theme.js';

export type InterfaceOptions = {
  readonly services: Services;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & {readonly fd: number};
  readonly stderr: NodeJS.WriteStream;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly screenReader: boolean;
  /** Where it opens. */
  readonly screen?: Screen;
  /** Ends the interface from outside, as a signal does; resolves to what ended it. */
  readonly ended: Promise<ExitReason>;
  /** Called when the interface is there and follows what happens. */
  readonly onOpen?: (to: Interface) => void;
};

/** Shows the interface until somebody leaves it. The terminal is left as it was found. */
export async function runInterface(options: InterfaceOptions): Promise<ExitReason> {
  const {services, stdout} = options;
  const session = new ScreenSession(stdout);
  const to = new Interface(services, {
    ascii: options.ascii,
    ...(options.screen === undefined ? {} : {screen: options.screen}),
  });
  const {size, close} = sizeStore(stdout);
  try {
    const opened = to.open();
    const unfollow = followScreen(to);
    options.onOpen?.(to);
    for (;;) {
      if (!options.screenReader) session.enter();
      const reason = await mount(to, size, options);
      session.leave();
      if (reason.how !== 'edit') {
        unfollow();
        return reason;
      }
      await opened;
      await edit(to, reason.path);
    }
  } finally {
    close();
    to.close();
    session.leave();
  }
}

async function mount(
  to: Interface,
  size: ReturnType<typeof sizeStore>['size'],
  {env, stdin, stdout, stderr, color, ascii, screenReader, ended}: InterfaceOptions,
): Promise<ExitReason> {
  const colors = supportsColor === false ? 0 : supportsColor.level;
  const theme = makeTheme(appearance(env, {color, ascii}, colors));
  const left = new Promise<ExitReason>(resolve => to.onExit(resolve));
  const Screen = screenReader ? ScreenReaderApp : App;
  const writer = new FrameWriter(stdout);
  const instance = render(<Screen to={to} size={size} theme={theme} repaint={writer.forget} />, {
    stdin,
    stderr,
    exitOnCtrlC: false,
    isScreenReaderEnabled: screenReader,
    // In debug mode Ink hands over each frame as it is, and draws also where CI is set.
    ...(screenReader
      ? {stdout}
      : {stdout: framed(stdout, writer), debug: true, onRender: writer.expectFrame}),
  });
  try {
    return await Promise.race([left, ended, failed(instance)]);
  } finally {
    instance.unmount();
    instance.cleanup();
  }
}

/** Ink resolves this when the tree is unmounted, and rejects it when drawing threw. */
async function failed(instance: ReturnType<typeof render>): Promise<ExitReason> {
  await instance.waitUntilExit();
  return {how: 'quit'};
}

async function edit(to: Interface, path: string): Promise<void> {
  try {
    await to.services.edit(path);
    await to.readExperiments();
    const entry = to.snapshot.get().experiments.find(one => one.path === path);
    if (entry?.error === undefined) to.notify(`${entry?.name ?? path} is in order.`, 'good');
    else to.notify(`${entry.name} is broken: see below.`, 'bad');
  } catch (error) {
    to.notify(error instanceof Error ? error.message : String(error), 'bad');
  }
}
