/** `npm test`: makes the checkout ready, then runs all tests (or those named). */
import {spawn} from 'node:child_process';
import path from 'node:path';
import {ensureReady, root} from './setup.mjs';

await ensureReady();
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
child.on('exit', code => process.exit(code ?? 1));
