import {stat} from 'node:fs/promises';
import path from 'node:path';
import {fsPath} from '../../util/raw-names.js';

/**
 * Some file systems count time in steps of up to two seconds: what changed so shortly ago may change
 * again without looking different.
 */
const SETTLED_MS = 2000;

/**
 * What the file system knows of some folders or files. It changes when something is added to,
 * removed from or renamed in a folder, and when a file is written to; not when a file in a folder is.
 *
 * @param now Milliseconds since 1970.
 * @returns   undefined where that cannot be known, or changed only just now.
 */
export async function stateOf(places: readonly string[], now: number): Promise<string | undefined> {
  const known: string[] = [];
  for (const place of places) {
    const found = await stat(fsPath(place), {bigint: true}).catch(() => undefined);
    if (found === undefined) return undefined;
    const {ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs} = found;
    if (now - Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs) < SETTLED_MS) return undefined;
    known.push([path.resolve(place), ino, size, mtimeNs, ctimeNs].join('|'));
  }
  return known.length === 0 ? undefined : known.join('\n');
}
