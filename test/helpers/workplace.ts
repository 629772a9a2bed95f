import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {tinyYaml} from './experiments.js';
import {temporaryFolder} from './temporary-folder.js';

/** A working folder with an experiment in it; its name is not plain ASCII. */
export function workplace(yaml = tinyYaml): string {
  const folder = path.join(temporaryFolder(), 'with blanks 한글');
  mkdirSync(path.join(folder, 'experiments'), {recursive: true});
  writeFileSync(path.join(folder, 'experiments', 'tiny.yaml'), yaml);
  return folder;
}
