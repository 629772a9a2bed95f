/** `npm start`: makes the checkout ready, then opens the interface, or runs quick.yaml where there is no terminal. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {ensureReady, root} from './setup.mjs';

const program = path.join(root, 'dist', 'main.js');
const given = process.argv.slice(2);
/** Draws the sample faces, as the first use of them does, while the backend is built. */
let drawing;
await ensureReady({
  goesWithoutBackend: true,
  onBuilding() {
    if (given.length > 0) return;
    const child = spawn(process.execPath, [program, 'data', 'info', 'quick'], {stdio: 'ignore'});
    // Where it fails, the program says why.
    drawing = once(child, 'exit').catch(() => {});
  },
});
if (drawing !== undefined) {
  process.stderr.write('celeba-tui: drawing the sample faces\n');
  await drawing;
}
const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
const wanted = given.length > 0 || isTerminal ? given : ['run', 'quick', '--ci'];
const child = spawn(process.execPath, [program, ...wanted], {stdio: 'inherit'});
// The terminal sends its signals to both; this one waits for the program's own answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
