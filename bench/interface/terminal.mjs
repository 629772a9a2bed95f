import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {spawn} from '@lydell/node-pty';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const program = path.join(root, 'dist', 'main.js');
const PATIENCE_MS = 600_000;

/** The program in a pseudo-terminal; `output` is everything it wrote so far. */
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
  let output = '';
  let waiting = [];
  let ended = false;
  const look = () => {
    const now = performance.now();
    waiting = waiting.filter(one => {
      if (!output.includes(one.text, one.from)) return true;
      one.resolve(now);
      return false;
    });
  };
  pty.onData(data => {
    output += data;
    // What a terminal says of itself when it is asked.
    if (data.includes('\u001B[c')) pty.write('\u001B[?62;22c');
    look();
  });
  pty.onExit(() => (ended = true));
  /** When the text comes, in ms of `performance.now()`. @param from Position in the output to look from. */
  const seen = (text, from = 0) =>
    new Promise((resolve, reject) => {
      waiting.push({text, from, resolve});
      globalThis.setTimeout(() => reject(new Error(`Never seen: ${text}`)), PATIENCE_MS).unref();
      look();
    });
  return {
    started,
    seen,
    /** From a key to what it brings, in ms. */
    press: async (key, text) => {
      const from = output.length;
      const pressed = performance.now();
      pty.write(key);
      return text === undefined ? undefined : (await seen(text, from)) - pressed;
    },
    end: async () => {
      while (!ended) await sleep(10);
    },
  };
}
