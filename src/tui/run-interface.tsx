import {render} from 'ink';
import {App} from './App.js';
import {followScreen} from './loading/follow-screen.js';
import type {Interface, ExitReason} from './interface.js';
import type {InterfaceOptions, OpenedInterface} from './open-interface.js';
import {ScreenReaderApp} from './screens/ScreenReaderApp.js';
import {framed} from './terminal/frame-writer.js';

/** Shows the interface until somebody leaves it. The terminal is left as it was found. */
export async function runInterface(
  opened: OpenedInterface,
  options: InterfaceOptions,
): Promise<ExitReason> {
  const {to, session, size, writer, read} = opened;
  const unfollow = followScreen(to);
  try {
    options.onOpen?.(to);
    for (;;) {
      const reason = await mount(opened, options);
      session.leave();
      if (reason.how !== 'edit') return reason;
      await read;
      await edit(to, reason.path);
      if (!options.screenReader) session.enter();
      writer.forget();
    }
  } finally {
    unfollow();
    size.close();
    to.close();
    session.leave();
  }
}

async function mount(
  {to, writer, size, theme}: OpenedInterface,
  {stdin, stdout, stderr, screenReader, ended}: InterfaceOptions,
): Promise<ExitReason> {
  const left = new Promise<ExitReason>(resolve => to.onExit(resolve));
  const Screen = screenReader ? ScreenReaderApp : App;
  const instance = render(
    <Screen to={to} size={size.size} theme={theme} draw={writer.draw} repaint={writer.forget} />,
    {
      stdin,
      stderr,
      exitOnCtrlC: false,
      isScreenReaderEnabled: screenReader,
      // In debug mode Ink hands over each frame as it is, and draws also where CI is set.
      ...(screenReader
        ? {stdout}
        : {
            stdout: framed(stdout, writer),
            debug: true,
            onRender: writer.expectFrame,
          }),
    },
  );
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
