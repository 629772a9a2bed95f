import {execFileSync} from 'node:child_process';
import {setTimeout as sleep} from 'node:timers/promises';
import {spawn, type IPty} from '@lydell/node-pty';
import headless from '@xterm/headless';
import {onTestFinished} from 'vitest';
import {program} from './program.js';

const PATIENCE_MS = 30_000;

export type PseudoTerminalOptions = {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** What is undefined is taken out of the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** `TERM`: what the terminal says it is. */
  readonly kind?: string;
  /** Images that it says it can draw; it draws none. */
  readonly images?: 'kitty' | 'sixel';
  /** What the shell of the terminal does with the program, which is its arguments. */
  readonly script?: string;
};

/** Cells of 10 by 20 pixels; kitty's answer to its question, sixel's 4 among the attributes. */
const claims = {
  kitty: '\u001B[6;20;10t\u001B_Gi=31;OK\u001B\\\u001B[?62;22c',
  sixel: '\u001B[6;20;10t\u001B[?62;4;22c',
} as const;

/*
 * A shell of its own starts the program and says afterwards how it ended and how it left the
 * terminal's line discipline. Then it stays until it is killed: of a shell that ends, the last
 * words may be lost.
 */
const SCRIPT = `"$@"; printf '\\nexit code %s; ' $?; stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig)$' | sort | tr '\\n' ' '; echo shell ends; exec sleep 60`;

/** The built program in a terminal of its own, and what a person sees of it. */
export class PseudoTerminal {
  readonly #pty: IPty;
  readonly #screen: InstanceType<typeof headless.Terminal>;
  #output = '';
  #ended = false;
  readonly #sixels: {readonly row: number; readonly column: number}[] = [];

  constructor({
    cwd,
    args = [],
    columns = 100,
    rows = 30,
    env,
    kind,
    images,
    script = SCRIPT,
  }: PseudoTerminalOptions) {
    this.#screen = new headless.Terminal({cols: columns, rows, allowProposedApi: true});
    const {CI: _ci, ...own} = process.env;
    this.#pty = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, program, ...args], {
      name: kind ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd,
      env: Object.fromEntries(
        Object.entries({...own, ...env}).filter(([, value]) => value !== undefined),
      ),
    });
    this.#pty.onData(data => {
      this.#output += data;
      this.#screen.write(data);
      if (images !== undefined && data.includes('\u001B[c')) this.#pty.write(claims[images]);
    });
    // What the terminal is asked, it answers: its size, its kind.
    if (images === undefined) this.#screen.onData(answer => this.#pty.write(answer));
    this.#screen.parser.registerDcsHandler({final: 'q'}, () => {
      const {cursorX: column, cursorY: row} = this.#screen.buffer.active;
      this.#sixels.push({row, column});
      return true;
    });
    this.#pty.onExit(() => (this.#ended = true));
    onTestFinished(() => this.close());
  }

  /** Everything that was written to the terminal so far. */
  get output(): string {
    return this.#output;
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Where each sixel image began so far, counted from 0. */
  get sixels(): readonly {readonly row: number; readonly column: number}[] {
    return this.#sixels;
  }

  /** The lines that are seen now. */
  get lines(): string[] {
    const {active} = this.#screen.buffer;
    return Array.from(
      {length: this.#screen.rows},
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** Whether the cursor is seen, by what was written last about it. */
  get isCursorShown(): boolean {
    return this.#output.lastIndexOf('\u001B[?25h') >= this.#output.lastIndexOf('\u001B[?25l');
  }

  /** Whether it was asked last to put marks around pasted text. */
  get isMarkingPastes(): boolean {
    return this.#output.lastIndexOf('\u001B[?2004h') > this.#output.lastIndexOf('\u001B[?2004l');
  }

  /** Whether it was asked last to report what the mouse does. */
  get isReportingMouse(): boolean {
    const [on, off] = ['h', 'l'].map(end =>
      Math.max(...[1000, 1006].map(mode => this.#output.lastIndexOf(`\u001B[?${mode}${end}`))),
    );
    return (on ?? -1) > (off ?? -1);
  }

  /** How often the whole screen was cleared. */
  get clears(): number {
    return this.#output.split('\u001B[2J').length - 1;
  }

  /** Waits until the screen shows it. @throws Error with the screen where it does not. */
  async see(expected: string | RegExp): Promise<void> {
    await this.until(
      () =>
        typeof expected === 'string' ? this.text.includes(expected) : expected.test(this.text),
      String(expected),
    );
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`Never: ${what}\n${this.text}`);
      await sleep(20);
    }
  }

  /** Waits for the end; what it left on the normal screen. */
  async end(): Promise<string> {
    await this.until(() => this.#output.includes('shell ends'), 'the end of the program');
    if (!this.#ended) this.#pty.kill('SIGKILL');
    await new Promise<void>(resolve => this.#screen.write('', resolve));
    return this.text;
  }

  /** Process id of the program. */
  get pid(): number {
    return Number(execFileSync('pgrep', ['-P', String(this.#pty.pid)], {encoding: 'utf8'}).trim());
  }

  /** Takes the terminal away, as closing its window does. */
  hangUp(): void {
    // Not in the package's types: `kill` signals the shell and leaves the terminal.
    (this.#pty as IPty & {destroy(): void}).destroy();
  }

  close(): void {
    if (!this.#ended) this.#pty.kill('SIGKILL');
    this.#screen.dispose();
  }
}

/** Cursor, line discipline and screen are as a shell has them. */
export const CLEAN_END = 'echo icanon isig shell ends';
