import {link, open, readFile} from 'node:fs/promises';

/** Error codes of file systems without hard links. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/**
 * Gives a file a second name, if the name is free: atomically with its content or, without hard links,
 * in two steps.
 *
 * @returns Whether the name was free.
 */
export async function takeName(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name);
    return true;
  } catch (error) {
    const {code = ''} = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
  }
  return copyToName(draft, name);
}

/** As `takeName` without hard links: a reader may see an empty file in between. */
export async function copyToName(draft: string, name: string): Promise<boolean> {
  try {
    const handle = await open(name, 'wx');
    try {
      await handle.writeFile(await readFile(draft));
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
