import {setImmediate as nextTurn} from 'node:timers/promises';
import {render} from 'ink';
import type {StopSignals} from '../util/stop-process.js';
import {App} from './App.js';
import {TuiController, type ExitReason} from './controller.js';
import type {Services} from './services/services.js';
import type {Screen} from './state/interface-state.js';
import {followJobControl} from './terminal/job-control.js';
import {appearance} from './theme.js';

export type InterfaceOptions = {
  readonly services: Services;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly screenReader: boolean;
  readonly mouse: boolean;
  /** The screen that opens first. */
  readonly screen?: Screen;
  /** Ends the interface from outside, as a signal does. */
  readonly ended: Promise<ExitReason>;
  /** Source of SIGTSTP and SIGCONT. */
  readonly signals: StopSignals;
  /** Called when the interface is on the screen. */
  readonly onOpen: (controller: TuiController) => void;
};

/** Shows the interface until somebody leaves it. The terminal is left as it was found. */
export async function runInterface(options: InterfaceOptions): Promise<ExitReason> {
  const {services, env, stdin, stdout, stderr, screenReader, mouse} = options;
  // What is typed before Ink listens must not be echoed into the frame.
  if (!screenReader) stdin.setRawMode(true);
  const controller = new TuiController(
    {...services, edit: path => withoutReading(stdin, () => services.edit(path))},
    options.screen,
  );
  const unfollowJobs = followJobControl(controller, options.signals, text => stdout.write(text));
  const {experiments, runs} = controller.open();
  await experiments;
  const app = <App controller={controller} look={appearance(env, options)} mouse={mouse} />;
  const instance = render(app, {
    stdin,
    stdout,
    stderr,
    exitOnCtrlC: false,
    // Also where CI is set: a terminal is there.
    interactive: true,
    alternateScreen: !screenReader,
    incrementalRendering: true,
    // A key that follows a frame at once waits for half as long as with Ink's 30.
    maxFps: 60,
    isScreenReaderEnabled: screenReader,
    kittyKeyboard: {mode: 'auto'},
  });
  const leave = (): void => instance.unmount();
  // Node prints an error that nobody caught before it exits: the normal screen has to be there.
  process.on('uncaughtExceptionMonitor', leave);
  // Only what comes after the first frame needs what reads predictions.
  const {followScreen} = await import('./loading/follow-screen.js');
  const unfollow = followScreen(controller);
  try {
    void options.ended.then(reason => controller.exit(reason));
    options.onOpen(controller);
    await runs;
    return (await instance.waitUntilExit()) as ExitReason;
  } finally {
    process.off('uncaughtExceptionMonitor', leave);
    leave();
    unfollow();
    unfollowJobs();
    controller.close();
  }
}

/** A read that waits for a key would take the editor's first one. Node stops it once nobody listens. */
async function withoutReading(stdin: NodeJS.ReadStream, work: () => Promise<void>): Promise<void> {
  await nextTurn();
  stdin.pause();
  await work();
}
