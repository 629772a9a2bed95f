/** Python with the packages that we compare with, in a folder that git ignores. */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const folder = fileURLToPath(new URL('.peers', import.meta.url));
export const python = path.join(folder, 'bin', 'python');

/** Installs what is missing, once. @param packages Such as `{tensorflow: 'tensorflow-cpu==2.21.0'}`. */
export function ensurePython(packages) {
  if (!existsSync(python)) must('python3', ['-m', 'venv', folder]);
  const missing = Object.entries(packages).filter(
    ([name]) =>
      spawnSync(python, ['-c', `import importlib.util as u; exit(u.find_spec('${name}') is None)`])
        .status !== 0,
  );
  if (missing.length === 0) return;
  process.stderr.write('installing the peers\n');
  const wanted = missing.map(([, requirement]) => requirement);
  must(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', ...wanted]);
}

/** What a program prints. @throws Error with its own words where it fails. */
export function must(program, args, options = {}) {
  const {status, stdout, stderr} = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
    env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3', ...options.env},
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}
