import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * The path of a program of this build, to start in a process of its own. Where the sources
 * themselves run, as in tests, that is the file that was built from them.
 *
 * @param url   `import.meta.url` of the asking file.
 * @param name  Relative to that file: `./worker-main.js`.
 */
export function programFile(url: string, name: string): string {
  const file = fileURLToPath(new URL(name, url));
  if (existsSync(file)) return file;
  const parts = file.split(path.sep);
  parts[parts.lastIndexOf('src')] = 'dist';
  return parts.join(path.sep);
}
