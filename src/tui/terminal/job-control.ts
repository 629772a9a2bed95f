import {suspendedText} from '../../runs/queue/queue-state.js';
import {stopProcess, type StopSignals} from '../../util/stop-process.js';
import type {TuiController} from '../controller.js';

/**
 * Follows Ctrl-Z, `fg` and `kill -STOP`. A stop that can be caught gives the terminal back first.
 * After one that cannot be caught the shell has changed the terminal: everything is drawn again.
 *
 * @param write Writes to the terminal's normal screen.
 * @returns A function that ends it.
 */
export function followJobControl(
  controller: TuiController,
  signals: StopSignals,
  write: (text: string) => void,
): () => void {
  const suspend = async (): Promise<void> => {
    let isStopped = true;
    await controller.lend(async () => {
      const {queue} = controller.snapshot.get();
      write(`${suspendedText(queue, 'fg restores the interface.')}\n`);
      isStopped = await stopProcess(signals, onStop, 'job');
      refreshSize();
    });
    const text = 'Ctrl-Z does nothing here: no shell could restore the interface.';
    if (!isStopped) controller.notify(text, 'warning');
  };
  /** The program that has the terminal, such as an editor, answers Ctrl-Z itself. */
  const onStop = (): void => {
    if (controller.isLent) void stopProcess(signals, onStop, 'process');
    else controller.suspend();
  };
  const onContinue = (): void => {
    controller.background(() => controller.lend(() => Promise.resolve(refreshSize())));
  };
  controller.suspend = () => controller.background(suspend);
  signals.on('SIGTSTP', onStop);
  signals.on('SIGCONT', onContinue);
  return () => {
    signals.off('SIGTSTP', onStop);
    signals.off('SIGCONT', onContinue);
  };
}

/** Only the program in the foreground hears of a new size: Node reads it again at this signal. */
function refreshSize(): void {
  process.kill(process.pid, 'SIGWINCH');
}
