import {readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {crc32} from 'node:zlib';
import {nativeCache} from './cache-folder.js';
import {makeFolders} from './safe-file.js';

/** A digest of the sources that the bundler writes here; missing where the sources themselves run. */
declare const CELEBA_TUI_BUILD: string | undefined;

/** Below the cache folder: a folder for each build of the program and each Node. */
const BUILDS = 'builds';
/** Each takes about 10 MB. The ones that were written first are removed. */
const MAX_BUILDS = 8;
const CHECKSUM_BYTES = 4;

/**
 * Reads what an earlier start of the same build has written, whole and unchanged. It may be code, so
 * it comes only from a folder that is as private as for native code.
 *
 * @param name A file name.
 */
export function readOfBuild(env: NodeJS.ProcessEnv, name: string): Buffer | undefined {
  try {
    const file = fileOfBuild(env, name);
    if (file === undefined) return undefined;
    const bytes = readFileSync(file);
    const content = bytes.subarray(CHECKSUM_BYTES);
    return bytes.readUInt32LE(0) === crc32(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Writes what the next start of this build may read; nothing where it can't be written. */
export function writeOfBuild(env: NodeJS.ProcessEnv, name: string, content: Buffer): void {
  const file = fileOfBuild(env, name);
  if (file === undefined) return;
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(content));
  const unfinished = `${file}.${process.pid}`;
  try {
    const folder = path.dirname(file);
    makeFolders(folder, 0o700);
    removeUnused(path.dirname(folder), path.basename(folder));
    writeFileSync(unfinished, Buffer.concat([checksum, content]), {flag: 'wx', mode: 0o600});
    renameSync(unfinished, file);
  } catch {
    // A full or read-only disk: the next start does the work again.
    rmSync(unfinished, {force: true});
  }
}

/** undefined without a build, or where no folder is private enough. */
function fileOfBuild(env: NodeJS.ProcessEnv, name: string): string | undefined {
  if (typeof CELEBA_TUI_BUILD === 'undefined') return undefined;
  const cache = nativeCache(env, [BUILDS]);
  if ('problem' in cache) return undefined;
  const {version, arch} = process;
  return path.join(cache.folder, BUILDS, `${CELEBA_TUI_BUILD}-${version}-${arch}`, name);
}

function removeUnused(folder: string, current: string): void {
  const builds = readdirSync(folder)
    .filter(name => name !== current)
    .map(name => ({build: path.join(folder, name), writtenMs: writtenMs(path.join(folder, name))}))
    .sort((a, b) => b.writtenMs - a.writtenMs);
  for (const {build} of builds.slice(MAX_BUILDS - 1)) rmSync(build, {recursive: true, force: true});
}

function writtenMs(build: string): number {
  return statSync(build, {throwIfNoEntry: false})?.mtimeMs ?? 0;
}
