/**
 * Gives the whole suite a temporary directory of its own, and fails the suite if anything is left
 * in it at the end: a test, or the program under test, forgot to remove it.
 */
import {chmodSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {SHARED} from './helpers/temporary-folder.js';

/**
 * What other programs keep there: Node's compile cache and the telemetry of ONNX Runtime. And the
 * graphs that a trainer was loading when a test killed it with SIGKILL, which nobody can remove.
 */
const notOurs = /^(node-compile-cache|\.ses|mat-debug-\d+\.log|celeba-tui-graph-\w+)$/;
const MAX_NAMES = 10;

export default function setup(): () => void {
  const outer = process.env['TMPDIR'];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-suite-'));
  // Some tests act as other users of the machine, who could not look in here otherwise.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  return () => {
    const names = readdirSync(folder).filter(name => name !== SHARED && !notOurs.test(name));
    rmSync(folder, {recursive: true, force: true, maxRetries: 3});
    if (outer === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = outer;
    if (names.length === 0) return;
    process.exitCode = 1;
    throw new Error(
      `The suite left ${names.length} entries in the temporary directory: ${names.slice(0, MAX_NAMES).join(', ')}${names.length > MAX_NAMES ? ', …' : ''}. Use temporaryFolder() of test/helpers, or remove them.`,
    );
  };
}
