import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {afterEach} from 'vitest';

const mounts: string[] = [];
afterEach(() => {
  for (const folder of mounts.splice(0)) execFileSync('umount', ['-l', folder]);
});

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
    mounts.push(folder);
    return true;
  } catch {
    return false;
  }
}
