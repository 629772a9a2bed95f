import {setImmediate as nextTurn} from 'node:timers/promises';
import {render} from 'ink';
import {suspendedText} from '../runs/queue/queue-state.js';
import {App} from './App.js';
import {receive} from './actions/press.js';
import {followScreen} from './loading/follow-screen.js';
import type {ExitReason} from './interface.js';
import {KeyBursts} from './keys/key-bursts.js';
import type {InterfaceOptions, OpenedInterface} from './open-interface.js';
import {ScreenReaderApp} from './screens/ScreenReaderApp.js';
import {framed} from './terminal/frame-writer.js';
import {typedInput} from './terminal/typed-input.js';

/** Ends the interface, against what gives the terminal away for a while. */
type FinalReason = Exclude<ExitReason, {readonly how: 'edit' | 'suspend' | 'redraw'}>;

/** What comes from the keyboard: its keys, by bursts, in a stream from which pastes are taken. */
type Keyboard = {readonly keys: KeyBursts; readonly stdin: NodeJS.ReadStream};

/** Shows the interface until somebody leaves it. The terminal is left as it was found. */
export async function runInterface(
  opened: OpenedInterface,
  options: InterfaceOptions,
): Promise<FinalReason> {
  const {controller, session, jobs, size} = opened;
  const unfollow = followScreen(controller);
  const keys = new KeyBursts(burst => receive(controller, burst));
  const stdin = typedInput(options.stdin, paste => keys.add({paste}));
  try {
    options.onOpen?.(controller);
    for (;;) {
      const reason = await mount(opened, options, {keys, stdin});
      session.leave();
      if (reason.how === 'edit') await edit(opened, options, reason.path);
      else if (reason.how === 'suspend') await suspend(opened, options);
      else if (reason.how !== 'redraw') return reason;
      takeBack(opened, options);
    }
  } finally {
    unfollow();
    size.close();
    jobs.close();
    controller.close();
    session.leave();
  }
}

/** Takes the terminal again, which another program had, and may have changed. */
function takeBack(
  {session, writer}: OpenedInterface,
  {stdin, screenReader}: InterfaceOptions,
): void {
  // First: in the background this stops the program until it is brought to the foreground.
  if (!screenReader) stdin.setRawMode(true);
  session.enter();
  writer.forget();
  // A size that changed meanwhile was told to nobody.
  process.kill(process.pid, 'SIGWINCH');
}

async function mount(
  {controller, writer, size, theme, jobs}: OpenedInterface,
  {stdout, stderr, screenReader, ended}: InterfaceOptions,
  {keys, stdin}: Keyboard,
): Promise<ExitReason> {
  const left = new Promise<ExitReason>(resolve => controller.onExit(resolve));
  const Screen = screenReader ? ScreenReaderApp : App;
  const instance = render(
    <Screen
      {...{controller, theme, keys}}
      size={size.size}
      draw={writer.draw}
      repaint={writer.forget}
    />,
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
    return await Promise.race([left, ended, jobs.next(), failed(instance)]);
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

async function edit(
  {controller, jobs, read}: OpenedInterface,
  {stdin}: InterfaceOptions,
  path: string,
): Promise<void> {
  await read;
  // A read that waits would take the editor's first key. Node stops it once nobody listens.
  await nextTurn();
  stdin.pause();
  try {
    await jobs.away(() => controller.services.edit(path));
    await controller.readExperiments();
    const entry = controller.snapshot.get().experiments.find(one => one.path === path);
    if (entry?.error === undefined) controller.notify(`${entry?.name ?? path} is valid.`, 'good');
    else controller.notify(`${entry.name} is not valid: see below.`, 'bad');
  } catch (error) {
    controller.notify(error instanceof Error ? error.message : String(error), 'bad');
  }
}

/** Gives the terminal to the shell until it brings the job to the foreground. */
async function suspend(
  {controller, jobs}: OpenedInterface,
  {stdout}: InterfaceOptions,
): Promise<void> {
  stdout.write(`${suspendedText(controller.snapshot.get().queue, 'fg restores the interface.')}\n`);
  if (!(await jobs.suspend()))
    controller.notify('Ctrl-Z does nothing here: no shell could restore the interface.', 'warning');
}
