/** `npm start`: makes the checkout ready, then opens the interface, or runs quick.yaml where there is no terminal. */
import {spawn} from 'node:child_process';
import path from 'node:path';
import {ensureReady, root} from './setup.mjs';

await ensureReady({goesWithoutBackend: true});
const given = process.argv.slice(2);
const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
const wanted = given.length > 0 || isTerminal ? given : ['run', 'quick', '--ci'];
const child = spawn(process.execPath, [path.join(root, 'dist', 'main.js'), ...wanted], {
  stdio: 'inherit',
});
// The terminal sends its signals to both; this one waits for the program's own answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
