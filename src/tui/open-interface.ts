import {supportsColor} from 'chalk';
import {TuiController, type ExitReason} from './interface.js';
import type {Services} from './services.js';
import type {Screen} from './state/interface-state.js';
import {appearance} from './terminal/appearance.js';
import {FrameWriter} from './terminal/frame-writer.js';
import {JobControl} from './terminal/job-control.js';
import {ScreenSession} from './terminal/screen-session.js';
import {sizeStore} from './terminal/size-store.js';
import type {StopSignals} from '../util/stop-process.js';
import {makeTheme, paintLines, type Theme} from './theme.js';
import {frameLines} from './view/text-frame.js';

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
  /** Where the shell's stops come from. */
  readonly signals: StopSignals;
  /** Called when the interface is there and follows what happens. */
  readonly onOpen?: (controller: TuiController) => void;
};

/** The interface before Ink: its state, its terminal, and what has been read so far. */
export type OpenedInterface = {
  readonly controller: TuiController;
  readonly session: ScreenSession;
  readonly jobs: JobControl;
  readonly writer: FrameWriter;
  readonly size: ReturnType<typeof sizeStore>;
  readonly theme: Theme;
  /** Resolves when everything was read that the first screens show. */
  readonly read: Promise<void>;
};

/**
 * Takes the terminal and shows the first frame, without Ink: loading that takes longer than all
 * else together. Keys that are pressed meanwhile wait for it.
 */
export async function openInterface(options: InterfaceOptions): Promise<OpenedInterface> {
  const {services, env, stdin, stdout, color, ascii, screenReader, screen} = options;
  const colors = supportsColor === false ? 0 : supportsColor.level;
  const look = appearance(env, {color, ascii}, colors);
  const controller = new TuiController(services, {
    ascii: look.ascii,
    ...(screen === undefined ? {} : {screen}),
  });
  const opened = {
    controller,
    session: new ScreenSession(stdout, {isAlternate: !screenReader}),
    jobs: new JobControl(options.signals),
    writer: new FrameWriter(stdout),
    size: sizeStore(stdout),
    theme: makeTheme(look),
  };
  // What is typed before Ink listens must not be echoed into the frame.
  if (!screenReader) stdin.setRawMode(true);
  opened.session.enter();
  const {experiments, runs} = controller.open();
  await experiments;
  if (!screenReader) showFrame(opened);
  return {...opened, read: Promise.all([experiments, runs]).then(() => {})};
}

function showFrame({controller, writer, size, theme}: Omit<OpenedInterface, 'read'>): void {
  const lines = frameLines(controller.snapshot.get(), size.size.get());
  if (lines !== undefined) writer.draw(paintLines(theme, lines));
}
