import path from 'node:path';

/** Variables with search paths of programs, libraries and modules. */
const FOLDER_LISTS = ['PATH', 'NODE_PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

/**
 * The environment for other programs, without empty or relative entries in its search paths. Such an
 * entry, as `export PATH=$PATH:` leaves it, would run programs of the working folder.
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
  // On Windows, an entry may be quoted.
  return path.isAbsolute(folder.replace(/^"/, ''));
}
