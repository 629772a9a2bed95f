/**
 * `npm run test:packed`: packs the program, installs the tarball in an empty folder, as somebody
 * does who only wants to use it, and trains there.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {ensureReady, root} from './setup.mjs';

await ensureReady();
const parent = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-packed-'));
const folder = path.join(parent, 'empty folder 빈 폴더');
mkdirSync(folder);

function run(program, args, cwd = folder) {
  process.stderr.write(`> ${program} ${args.join(' ')}\n`);
  const isWindows = process.platform === 'win32';
  const {status, stdout} = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell: isWindows,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}`);
  return stdout;
}

function expectIn(text, part) {
  if (!text.includes(part)) throw new Error(`Expected "${part}" in:\n${text}`);
}

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const [tarball] = readdirSync(folder).filter(name => name.endsWith('.tgz'));
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}\n');
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', `./${tarball}`]);
  expectIn(run('npx', ['celeba-tui', 'init']), 'made  experiments/quick.yaml');
  expectIn(run('npx', ['celeba-tui', 'list']), 'quick');
  expectIn(run('npx', ['celeba-tui', 'check', 'quick']), 'Total params');
  run('npx', ['celeba-tui', 'doctor']);
  const trained = run('npx', ['celeba-tui', 'run', 'quick', '--set', 'training.epochs=2', '--ci']);
  expectIn(trained, 'completed');
  expectIn(run('npx', ['celeba-tui', 'runs']), 'completed');
  process.stdout.write(`${trained}\nThe packed program works in an empty folder.\n`);
} finally {
  rmSync(parent, {recursive: true, force: true});
}
