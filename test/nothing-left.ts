/**
 * Gives the whole suite a temporary directory of its own, and fails the suite if anything is left
 * in it at the end: a test, or the program under test, forgot to remove it.
 */
import {chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {REMOVED, SHARED} from './helpers/temporary-folder.js';

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
    const removed = removedIn(folder);
    const left = readdirSync(folder).filter(
      name => name !== SHARED && name !== REMOVED && !notOurs.test(name),
    );
    // A program that a test has stopped may write once more, and make its folder again.
    for (const name of left.filter(name => removed.has(name)))
      process.stderr.write(
        `Made again after it was removed: ${name}: ${filesBelow(path.join(folder, name))}\n`,
      );
    const names = left.filter(name => !removed.has(name));
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

/** The names of the folders that tests have removed. */
function removedIn(folder: string): ReadonlySet<string> {
  const list = path.join(folder, REMOVED);
  return new Set(existsSync(list) ? readFileSync(list, 'utf8').split('\n') : []);
}

function filesBelow(folder: string): string {
  return readdirSync(folder, {recursive: true}).slice(0, MAX_NAMES).join(', ');
}
