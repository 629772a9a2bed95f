import {appendFile} from 'node:fs/promises';
import {printable} from '../util/format.js';
import {messageOf} from '../util/user-error.js';
import type {Streams} from '../app/streams.js';

/**
 * Appends Markdown to the step summary of GitHub Actions; does nothing elsewhere. A summary that
 * cannot be written is a note and no failure.
 */
export async function addStepSummary(
  markdown: () => string | Promise<string>,
  env: NodeJS.ProcessEnv,
  {stderr}: Pick<Streams, 'stderr'>,
): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    await appendFile(file, `${await markdown()}\n`);
  } catch (error) {
    stderr.write(`note: the step summary cannot be written: ${printable(messageOf(error))}\n`);
  }
}
