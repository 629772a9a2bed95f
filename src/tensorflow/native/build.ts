import {mkdir, rename, rm, symlink} from 'node:fs/promises';
import path from 'node:path';
import {cacheFolder, nativeCache} from '../../util/cache-folder.js';
import {bytes as bytesText} from '../../util/format.js';
import {withLock} from '../../util/lock.js';
import {UserError} from '../../util/user-error.js';
import {checkBackend} from './check.js';
import {compileBinding, installPackage} from './compile.js';
import {
  downloadWheel,
  librarySource,
  unpackArchive,
  unpackWheel,
  type LibrarySource,
} from './library.js';
import {nativeFolders, nativePaths, pathsIn, type NativePaths} from './paths.js';
import {requireTools} from './tools.js';
import {freeDiskBytes, isDiskFull} from '../../util/machine.js';

/** Disk space for the packages, the library and, temporarily, its wheel. */
const NEEDED_BYTES = 1_800_000_000;

export type BuildProgress = {
  readonly phase: 'package' | 'download' | 'unpack' | 'compile' | 'check';
  /** 0 to 1, where it is known. */
  readonly fraction?: number;
};

type BuildOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (progress: BuildProgress) => void;
  /** Returns the free bytes on a folder's disk. Default: asks the system. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/**
 * Builds a tfjs-node in the cache: its packages from a lock file, TensorFlow's library with a known
 * checksum, and a binding that is compiled against it. The folder appears in one step, after its
 * backend has computed a product. Only one of several concurrent programs builds.
 *
 * @throws UserError with exit code 4 where something is missing, or a checksum differs.
 */
export async function buildNativeBackend(options: BuildOptions): Promise<void> {
  const final = nativePaths(privateCache(options.env));
  await mkdir(path.dirname(final.folder), {recursive: true});
  await withLock(`${final.folder}.lock`, async () => {
    // It may work already: from before, or since another program built it while this one waited.
    privateCache(options.env);
    if ((await checkBackend(final.package, options.env)).works) return;
    const unfinished = pathsIn(`${final.folder}.unfinished`);
    await rm(unfinished.folder, {recursive: true, force: true});
    try {
      await assertDiskRoom(path.dirname(final.folder), options);
      await makeIn(unfinished, options).catch(nameFullDisk(final.folder));
      await rm(final.folder, {recursive: true, force: true});
      await rename(unfinished.folder, final.folder);
    } finally {
      await rm(unfinished.folder, {recursive: true, force: true});
    }
  });
}

function privateCache(env: NodeJS.ProcessEnv): string {
  const named = nativeCache(env);
  if ('folder' in named) cacheFolder(env);
  const cache = nativeCache(env, nativeFolders);
  if ('folder' in cache) return cache.folder;
  throw new UserError(`The native backend is not built: ${cache.problem}`, {
    hint: 'Remove what is there, or name another folder with CELEBA_TUI_CACHE.',
    exitCode: 4,
  });
}

async function makeIn(paths: NativePaths, {env, onProgress}: BuildOptions): Promise<void> {
  const source = librarySource();
  await requireTools(env, source.kind === 'wheel');
  onProgress({phase: 'package'});
  await addLibrary(source, paths, env, onProgress);
  onProgress({phase: 'compile'});
  await compileBinding(paths, env);
  onProgress({phase: 'check'});
  const check = await checkBackend(paths.package, env);
  if (!check.works) {
    throw new UserError(`The native backend was built, but does not work: ${check.reason}`, {
      hint: 'Please report this with the lines above.',
      exitCode: 4,
    });
  }
}

/** Installs the packages, and the library into that of tfjs-node. */
async function addLibrary(
  source: LibrarySource,
  paths: NativePaths,
  env: NodeJS.ProcessEnv,
  onProgress: BuildOptions['onProgress'],
): Promise<void> {
  const folder = path.join(paths.folder, 'download');
  if (source.kind === 'archive') {
    await installPackage(paths, env);
    onProgress({phase: 'download'});
    await unpackArchive(source, paths.package, path.join(folder, 'library.tar.gz'));
    return;
  }
  // Both wait for the network. Neither is left running when the other one fails.
  const both = [
    installPackage(paths, env).then(() => onProgress({phase: 'download'})),
    downloadWheel(source, folder, env),
  ] as const;
  await Promise.allSettled(both);
  const [, wheel] = await Promise.all(both);
  await unpackWheel(wheel, paths.package, (done, total) =>
    onProgress({phase: 'unpack', fraction: done / total}),
  );
  await rm(folder, {recursive: true, force: true});
  await linkLibraries(path.join(paths.package, 'deps', 'lib'));
}

/** The linker expects plain names, the loader those with the version. */
async function linkLibraries(folder: string): Promise<void> {
  await symlink('libtensorflow_cc.so.2', path.join(folder, 'libtensorflow.so'));
  await symlink('libtensorflow_framework.so.2', path.join(folder, 'libtensorflow_framework.so'));
}

async function assertDiskRoom(
  folder: string,
  {freeBytes = freeDiskBytes}: BuildOptions,
): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= NEEDED_BYTES) return;
  throw new UserError(
    `${folder}: the native backend needs ${bytesText(NEEDED_BYTES)} on the disk. Received ${bytesText(free)} that are free.`,
    {hint: 'Make room, or name a folder on another disk with CELEBA_TUI_CACHE.', exitCode: 4},
  );
}

/** Explains a full disk: another program may fill it meanwhile. */
function nameFullDisk(folder: string): (error: unknown) => never {
  return error => {
    if (!isDiskFull(error)) throw error;
    throw new UserError(
      `${folder}: the disk became full (${(error as NodeJS.ErrnoException).code}).`,
      {
        hint: 'Make room, or name a folder on another disk with CELEBA_TUI_CACHE.',
        exitCode: 4,
        cause: error,
      },
    );
  };
}
