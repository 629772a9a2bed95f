import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {spawn} from '@lydell/node-pty';
import headless from '@xterm/headless';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const program = path.join(root, 'dist', 'main.js');
/** Longer than anything takes here, also on a busy machine. */
const PATIENCE_MS = 120_000;

/** The program in a pseudo-terminal, and what a person sees of it. */
export function openTerminal(args, {columns = 120, rows = 40, program: file = program} = {}) {
  const {CI: _ci, ...env} = process.env;
  const started = performance.now();
  const screen = new headless.Terminal({cols: columns, rows, allowProposedApi: true});
  const pty = spawn(process.execPath, [file, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: root,
    env: {...env, COLORTERM: 'truecolor'},
  });
  let waiting = [];
  let ended = false;
  const lines = () =>
    Array.from(
      {length: rows},
      (_, row) => screen.buffer.active.getLine(row)?.translateToString(true) ?? '',
    ).join('\n');
  const settle = (isSeen, at) => {
    waiting = waiting.filter(wait => {
      if (!isSeen(wait)) return true;
      globalThis.clearTimeout(wait.timer);
      wait.resolve(at);
      return false;
    });
  };
  // What the terminal is asked, it answers: its size, its kind.
  screen.onData(answer => pty.write(answer));
  pty.onData(data => {
    const at = performance.now();
    settle(wait => {
      if (wait.onScreen) return false;
      // A text can be cut in two where one reading ends.
      const output = `${wait.rest}${data}`;
      wait.rest = output.slice(1 - wait.text.length);
      return output.includes(wait.text);
    }, at);
    screen.write(data, () => settle(wait => wait.onScreen && lines().includes(wait.text), at));
  });
  pty.onExit(() => (ended = true));
  const wait = (text, onScreen) =>
    new Promise((resolve, reject) => {
      if (onScreen && lines().includes(text)) {
        resolve(performance.now());
        return;
      }
      const timer = globalThis.setTimeout(() => {
        pty.kill('SIGKILL');
        const what = onScreen ? 'on the screen' : 'in the output';
        const end = ended ? ' The program has ended.' : '';
        reject(
          new Error(
            `Expected ${JSON.stringify(text)} ${what} within ${PATIENCE_MS / 1000} s.${end} The screen:\n${lines()}`,
          ),
        );
      }, PATIENCE_MS);
      waiting.push({text, onScreen, rest: '', resolve, timer});
    });
  /**
   * When a text is on the screen, in ms of `performance.now()`. Ink writes of a line only what
   * follows the part that is as before: a text may never come in one piece.
   */
  const shown = text => wait(text, true);
  /** When a text is written again, though it may be on the screen already. */
  const written = text => wait(text, false);
  return {
    pid: pty.pid,
    started,
    shown,
    written,
    /** Presses a key. @returns The time from the key to an event that is waited for, in ms. */
    press: async (key, event) => {
      const pressed = performance.now();
      pty.write(key);
      return event === undefined ? undefined : (await event) - pressed;
    },
    end: async () => {
      const patience = performance.now() + PATIENCE_MS;
      while (!ended) {
        if (performance.now() > patience) {
          pty.kill('SIGKILL');
          throw new Error(
            `Expected the program to end within ${PATIENCE_MS / 1000} s.\n${lines()}`,
          );
        }
        await sleep(10);
      }
    },
  };
}
