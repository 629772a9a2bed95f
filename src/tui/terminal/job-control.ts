import {suspendedText} from '../../runs/queue/queue-state.js';
import {stopProcess, type StopSignals} from '../../util/stop-process.js';
import type {TuiController} from '../controller.js';

/**
 * Follows Ctrl-Z, `fg` and `kill -STOP`. A stop that can be caught gives the terminal back first.
 * After one that cannot be caught the shell has changed the terminal: everything is drawn again.
 */
export class JobControl {
  readonly #controller: TuiController;
  readonly #signals: StopSignals;
  readonly #write: (text: string) => void;

  /** @param write Writes to the terminal's normal screen. */
  constructor(controller: TuiController, signals: StopSignals, write: (text: string) => void) {
    this.#controller = controller;
    this.#signals = signals;
    this.#write = write;
    controller.suspend = () => controller.background(this.#suspend);
    signals.on('SIGTSTP', this.#onStop);
    signals.on('SIGCONT', this.#onContinue);
  }

  close(): void {
    this.#signals.off('SIGTSTP', this.#onStop);
    this.#signals.off('SIGCONT', this.#onContinue);
  }

  readonly #suspend = async (): Promise<void> => {
    let isStopped = true;
    await this.#controller.lend(async () => {
      const {queue} = this.#controller.snapshot.get();
      this.#write(`${suspendedText(queue, 'fg restores the interface.')}\n`);
      isStopped = await stopProcess(this.#signals, this.#onStop, 'job');
      refreshSize();
    });
    if (isStopped) return;
    const text = 'Ctrl-Z does nothing here: no shell could restore the interface.';
    this.#controller.notify(text, 'warning');
  };

  /** The program that has the terminal, such as an editor, answers Ctrl-Z itself. */
  readonly #onStop = (): void => {
    if (this.#controller.isLent) void stopProcess(this.#signals, this.#onStop, 'process');
    else this.#controller.suspend();
  };

  readonly #onContinue = (): void => {
    this.#controller.background(() => this.#controller.lend(() => Promise.resolve(refreshSize())));
  };
}

/** Only the program in the foreground hears of a new size: Node reads it again at this signal. */
function refreshSize(): void {
  process.kill(process.pid, 'SIGWINCH');
}
