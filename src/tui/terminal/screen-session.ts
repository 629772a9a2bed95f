import {writeSync} from 'node:fs';

/** Alternate screen without cursor and line wrap, and back: DECSET 1049, 25 and 7 of xterm. */
const ENTER = '\u001B[?1049h\u001B[2J\u001B[H\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[0m\u001B[?7h\u001B[?25h\u001B[?1049l';

/** The terminal while the interface has it; left once, whatever happens. */
export class ScreenSession {
  readonly #stdout: NodeJS.WriteStream & {readonly fd: number};
  #entered = false;
  readonly #leaveAtExit = (): void => this.leave();

  constructor(stdout: NodeJS.WriteStream & {readonly fd: number}) {
    this.#stdout = stdout;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    process.on('exit', this.#leaveAtExit);
    // Node prints what nobody caught before `exit` comes: it has to be read on the normal screen.
    process.on('uncaughtExceptionMonitor', this.#leaveAtExit);
    this.#stdout.write(ENTER);
  }

  /** Written at once and not through the stream: the process may be about to end. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    process.off('exit', this.#leaveAtExit);
    process.off('uncaughtExceptionMonitor', this.#leaveAtExit);
    try {
      writeSync(this.#stdout.fd, LEAVE);
    } catch {
      // The terminal is gone: there is nothing to leave clean.
    }
  }
}
