import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import {readOfBuild, writeOfBuild} from './build-cache.js';

/** By now a program has compiled what it starts with. A worker may be killed at any time later. */
const SETTLED_MS = 1500;

type Bundle = {
  /** Path of a CommonJS file that exports `programs`. */
  readonly bundle: string;
  /** Imports a module that is not in the bundle. */
  readonly importModule: (name: string) => Promise<unknown>;
};

type Exports = {readonly programs: Readonly<Record<string, () => Promise<unknown>>>};

/**
 * Runs one of the programs of a bundle, with the code that an earlier start compiled: to compile it
 * takes longer than many commands. Without that code, or where another V8 compiled it, V8 compiles
 * from the source.
 *
 * @param name Name of the program.
 * @param use What it does this time, of which the compiled functions depend; part of a file name.
 */
export function startProgram(
  bundle: Bundle,
  name: string,
  {use = '', env = process.env}: {readonly use?: string; readonly env?: NodeJS.ProcessEnv} = {},
): void {
  const file = ['code', ...name.split('/'), use].join('-');
  const code = readOfBuild(env, file);
  const {programs, script} = loadBundle(bundle, code);
  if (code === undefined || script.cachedDataRejected === true)
    writeOnce(() => writeOfBuild(env, file, script.createCachedData()));
  void programs[name]?.();
}

/** As `require` does, which takes no compiled code. */
function loadBundle(
  {bundle, importModule}: Bundle,
  cachedData: Buffer | undefined,
): Exports & {readonly script: vm.Script} {
  const source = readFileSync(bundle, 'latin1');
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname, __import) {${source}\n})`,
    {filename: bundle, ...(cachedData === undefined ? {} : {cachedData})},
  );
  const module = {exports: {} as Exports};
  const run = script.runInThisContext() as (...values: unknown[]) => void;
  run(module.exports, createRequire(bundle), module, bundle, path.dirname(bundle), importModule);
  return {programs: module.exports.programs, script};
}

/** Writes when the program has settled, or ends without an error. */
function writeOnce(writeNow: () => void): void {
  let isWritten = false;
  const write = (): void => {
    if (!isWritten) writeNow();
    isWritten = true;
  };
  setTimeout(write, SETTLED_MS).unref();
  process.on('exit', code => code === 0 && write());
}
