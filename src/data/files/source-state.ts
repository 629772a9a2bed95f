import {stat as statFile} from 'node:fs';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {fsPath} from '../../util/raw-names.js';

/**
 * Some file systems count time in steps of up to two seconds: what changed within the last one may
 * change again without a new time.
 */
const SETTLED_MS = 2000;
const AT_ONCE = 2000;

type SourceState = {
  /** Changes with the state; empty where there is none. */
  readonly text: string;
  /** Whether a later change gives another text. */
  readonly isSettled: boolean;
};

/**
 * The state of some folders or files, from what the file system knows of them. It changes when
 * something is added to, removed from or renamed in a folder, and when a file is written to; not
 * when a file in a folder is written to.
 *
 * @param now Milliseconds since 1970.
 */
export async function sourceState(places: readonly string[], now: number): Promise<SourceState> {
  const parts: string[] = [];
  let isSettled = places.length > 0;
  for (const place of places) {
    const stats = await stat(fsPath(place), {bigint: true}).catch(() => undefined);
    if (stats === undefined) return {text: '', isSettled: false};
    const {ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs} = stats;
    const changedMs = Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs);
    if (now - changedMs < SETTLED_MS) isSettled = false;
    parts.push([path.resolve(place), ino, size, mtimeNs, ctimeNs].join('|'));
  }
  return {text: parts.join('\n'), isSettled};
}

/**
 * When files last changed (content, name or owner), in milliseconds since 1970, in their order; 0
 * for one that is not there.
 */
export async function changeTimes(files: readonly string[]): Promise<number[]> {
  const times = new Map<string, number>();
  const unique = [...new Set(files)];
  for (let start = 0; start < unique.length; start += AT_ONCE) {
    const batch = unique.slice(start, start + AT_ONCE);
    const changed = await Promise.all(batch.map(changeTime));
    batch.forEach((file, index) => times.set(file, changed[index] ?? 0));
  }
  return files.map(file => times.get(file) ?? 0);
}

/** The callback takes a third of the time of `fs.promises.stat`. */
function changeTime(file: string): Promise<number> {
  return new Promise(resolve => {
    statFile(fsPath(file), (error, stats) => resolve(error === null ? stats.ctimeMs : 0));
  });
}
