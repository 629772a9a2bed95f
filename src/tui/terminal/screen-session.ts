import {writeSync} from 'node:fs';

/** Pasted text comes between marks, by which it is told from keys: DECSET 2004. */
const MARK_PASTES = '\u001B[?2004h';
const LEAVE_PASTES = '\u001B[?2004l';
/** Alternate screen without cursor and line wrap, and back: DECSET 1049, 25 and 7 of xterm. */
const ENTER = '\u001B[?1049h\u001B[2J\u001B[H\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[0m\u001B[?7h\u001B[?25h\u001B[?1049l';

/** The terminal while the interface has it; left once, whatever happens. */
export class ScreenSession {
  readonly #stdout: NodeJS.WriteStream & {readonly fd: number};
  readonly #enter: string;
  readonly #leave: string;
  #entered = false;
  readonly #leaveAtExit = (): void => this.leave();

  /** @param isAlternate Whether it has a screen of its own; a screen reader reads the normal one. */
  constructor(
    stdout: NodeJS.WriteStream & {readonly fd: number},
    {isAlternate}: {readonly isAlternate: boolean},
  ) {
    this.#stdout = stdout;
    this.#enter = `${isAlternate ? ENTER : ''}${MARK_PASTES}`;
    this.#leave = `${LEAVE_PASTES}${isAlternate ? LEAVE : ''}`;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    process.on('exit', this.#leaveAtExit);
    // Node prints what nobody caught before `exit` comes: it has to be read on the normal screen.
    process.on('uncaughtExceptionMonitor', this.#leaveAtExit);
    this.#stdout.write(this.#enter);
  }

  /** Written at once and not through the stream: the process may be about to end, or to stop. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    process.off('exit', this.#leaveAtExit);
    process.off('uncaughtExceptionMonitor', this.#leaveAtExit);
    try {
      writeSync(this.#stdout.fd, this.#leave);
    } catch {
      // The terminal is gone: there is nothing to leave clean.
    }
  }
}
