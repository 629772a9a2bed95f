import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {spawn} from '@lydell/node-pty';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const program = path.join(root, 'dist', 'main.js');
const PATIENCE_MS = 600_000;

/**
 * The program in a pseudo-terminal. Only what is waited for is looked at, and once: a terminal that
 * draws is on another machine, and would not take time from the training.
 */
export function openTerminal(args, {columns = 120, rows = 40} = {}) {
  const {CI: _ci, ...env} = process.env;
  const started = performance.now();
  const pty = spawn(process.execPath, [program, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: root,
    env: {...env, COLORTERM: 'truecolor'},
  });
  let waiting = [];
  let ended = false;
  pty.onData(data => {
    // What a terminal says of itself when it is asked.
    if (data.includes('\u001B[c')) pty.write('\u001B[?62;22c');
    waiting = waiting.filter(one => {
      // A text can be cut in two where one reading ends.
      const seen = `${one.rest}${data}`;
      if (seen.includes(one.text)) {
        one.resolve(performance.now());
        return false;
      }
      one.rest = seen.slice(1 - one.text.length);
      return true;
    });
  });
  pty.onExit(() => (ended = true));
  /** When the text comes from now on, in ms of `performance.now()`. */
  const seen = text =>
    new Promise((resolve, reject) => {
      waiting.push({text, rest: '', resolve});
      globalThis.setTimeout(() => reject(new Error(`Never seen: ${text}`)), PATIENCE_MS).unref();
    });
  return {
    started,
    seen,
    /** From a key to what it brings, in ms. */
    press: async (key, text) => {
      const pressed = performance.now();
      pty.write(key);
      return text === undefined ? undefined : (await seen(text)) - pressed;
    },
    end: async () => {
      while (!ended) await sleep(10);
    },
  };
}
