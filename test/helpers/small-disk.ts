import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {onTestFinished} from 'vitest';

/**
 * A small file system of its own, gone after the test.
 *
 * @param options As for `mount -o`: `size=400k`.
 * @returns       Whether this user may mount one.
 */
export function mounted(folder: string, options: string): boolean {
  try {
    mkdirSync(folder, {recursive: true});
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {stdio: 'pipe'});
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    return true;
  } catch {
    return false;
  }
}
