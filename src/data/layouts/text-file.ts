import type {FileTree} from '../files/file-tree.js';
import {UserError, messageOf} from '../../util/user-error.js';

const POINTER =
  /^(version https:\/\/git-lfs|\/annex\/objects|\.git\/annex|\.\.?\/.*annex\/objects)/;

/**
 * Reads a label file and refuses what is none: missing, empty, a web page saved under its name,
 * or a pointer that a version control system left in its place.
 */
export async function readTextFile(tree: FileTree, path: string): Promise<string> {
  return textOf(await readBytes(tree, path), tree.nameOf(path));
}

/** The same, not looked into yet. */
export async function readBytes(tree: FileTree, path: string): Promise<Buffer> {
  const file = tree.nameOf(path);
  try {
    return await tree.readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw dataError(
        `${file} is missing.`,
        'Copy it beside the pictures; it comes with the data set.',
        error,
      );
    }
    const hint = tree.kind === 'zip' ? 'Download the zip again.' : 'Check its permissions.';
    throw dataError(`${file} cannot be read: ${messageOf(error)}`, hint, error);
  }
}

/** The text of a file; refuses what is none. */
export function textOf(bytes: Buffer, file: string): string {
  const content = bytes.toString('utf8').replace(/^\ufeff/, '');
  const start = content.slice(0, 300).trimStart();
  if (start === '') throw dataError(`${file} is empty.`, 'Download it again.');
  if (/^<(!doctype|html|\?xml)/i.test(start)) {
    throw dataError(
      `${file} is a web page, not a label file: a failed download was saved under its name.`,
      'Download it again, signed in where that is needed.',
    );
  }
  if (POINTER.test(start)) {
    throw dataError(
      `${file} is a pointer to a file that was not fetched.`,
      'Fetch it with git lfs pull or git annex get.',
    );
  }
  if (content.includes('\u0000')) {
    throw dataError(`${file} is not a text file.`, 'Download it again.');
  }
  return content;
}

export function dataError(message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, {hint, exitCode: 3, cause});
}
