import path from 'node:path';

/** Lists of folders in which programs, libraries and modules are looked for. */
const FOLDER_LISTS = ['PATH', 'NODE_PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

/**
 * The environment in which other programs are started: no list of folders in it names the working
 * folder. An empty or relative entry, as a careless `export PATH=$PATH:` leaves it, would have
 * programs and libraries taken from whatever folder this program was started in.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean: NodeJS.ProcessEnv = {...env};
  for (const name of Object.keys(clean)) {
    if (!FOLDER_LISTS.includes(name.toUpperCase())) continue;
    const folders = (clean[name] ?? '').split(path.delimiter).filter(folder => isFixed(folder));
    if (folders.length > 0) clean[name] = folders.join(path.delimiter);
    else delete clean[name];
  }
  return clean;
}

function isFixed(folder: string): boolean {
  // On Windows quotes may stand around an entry.
  return path.isAbsolute(folder.replace(/^"/, ''));
}
