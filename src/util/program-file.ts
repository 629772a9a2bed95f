import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * The path of a built program, to start it as a process. Tests run the sources, but start the program
 * that was built from them.
 *
 * @param url  `import.meta.url` of the calling file.
 * @param name Path relative to that file, such as `./worker-main.js`.
 */
export function programFile(url: string, name: string): string {
  const file = fileURLToPath(new URL(name, url));
  if (existsSync(file)) return file;
  const parts = file.split(path.sep);
  parts[parts.lastIndexOf('src')] = 'dist';
  return parts.join(path.sep);
}
