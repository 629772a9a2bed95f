import {rmSync, writeFileSync} from 'node:fs';

/** Writes a file anew: for one that is cut to nothing and filled, some disks are waited for. */
export function putFile(file: string, bytes: Buffer): void {
  rmSync(file, {recursive: true, force: true});
  writeFileSync(file, bytes);
}
