import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {ZipFile} from 'yazl';

/** A zip of these files; images are stored as they are, all else is deflated. */
export async function zipOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name, {compress: !name.endsWith('1.jpg')});
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** Zips everything below a folder, with this before the paths. */
export async function zipFolder(folder: string, target: string, prefix = ''): Promise<string> {
  const names = readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const files = Object.fromEntries(
    names.map(name => [
      `${prefix}${name.split(path.sep).join('/')}`,
      readFileSync(path.join(folder, name)),
    ]),
  );
  writeFileSync(target, await zipOf(files));
  return target;
}
