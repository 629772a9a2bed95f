/**
 * Makes a checkout ready to run: packages, build, native backend. Each part is skipped at once
 * where its stamp says that nothing has changed. Plain Node: no package may be there yet.
 */
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const say = text => process.stderr.write(`celeba-tui: ${text}\n`);

/** An expected failure: one sentence, and what to do. */
class SetupError extends Error {}

/**
 * @param goesWithoutBackend Whether a backend that can't be built is said only: WebAssembly trains too.
 * @param onBuilding Called when the program is built, and the backend, which takes a minute, is not.
 */
export async function ensureReady({goesWithoutBackend = false, onBuilding = () => {}} = {}) {
  try {
    checkNode();
    ensurePackages();
    await ensureBuild();
    await ensureBackend(goesWithoutBackend, onBuilding);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node ${process.versions.node} is too old. Install Node 20.19 or newer.`);
}

/** `npm ci` with scripts off: tfjs-node's own would download, and fail where it can't. */
function ensurePackages() {
  const stampFile = path.join(root, 'node_modules', '.celeba-tui-lock');
  const stamp = hashOf([path.join(root, 'package-lock.json')]);
  if (read(stampFile) === stamp) return;
  say('installing packages (npm ci)');
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    throw new SetupError(
      `npm ci failed: ${lastError(result)}. Check that npm reaches its registry, then try again.`,
    );
  }
  writeFileSync(stampFile, stamp);
}

/**
 * Builds where the sources have changed: the program in dist, and the modules of src one by one in
 * build, for programs of a checkout that import parts of them.
 */
export async function ensureBuild() {
  const stampFile = path.join(root, 'dist', '.stamp');
  const stamp = hashOf([
    ...filesBelow(path.join(root, 'src')),
    path.join(root, 'scripts', 'bundle.mjs'),
    path.join(root, 'package-lock.json'),
  ]);
  if (read(stampFile) === stamp) return;
  say('building');
  try {
    // Not imported above: its packages may have come only now.
    const {bundleProgram, compileModules} = await import('./bundle.mjs');
    await Promise.all([bundleProgram(root, stamp), compileModules(root)]);
  } catch (error) {
    throw new SetupError(`the build failed: ${error.message}`);
  }
  writeFileSync(stampFile, stamp);
}

/** A path alone is no module's name on Windows, where it begins with a letter and a colon. */
const moduleUrl = file => new URL(`../build/${file}`, import.meta.url).href;

async function ensureBackend(goesWithout, onBuilding) {
  const {findNativePackage} = await import(moduleUrl('tensorflow/load.js'));
  if (findNativePackage(process.env) !== undefined) return;
  onBuilding();
  const {fixBackend} = await import(moduleUrl('cli/doctor.js'));
  try {
    await fixBackend({stdout: process.stdout, stderr: process.stderr}, process.env);
  } catch (error) {
    const text = `${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`;
    if (!goesWithout) throw new SetupError(text);
    say(`${text}\nGoing on without native code: WebAssembly trains too, several times slower.`);
  }
}

function filesBelow(folder) {
  return readdirSync(folder, {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const file of files) hash.update(path.relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function lastError({stderr, error}) {
  const lines = String(stderr ?? '')
    .trim()
    .split('\n')
    .filter(line => /npm (error|ERR!)/.test(line));
  return error?.message ?? lines[0] ?? 'it gave no reason';
}
