import {appendFile} from 'node:fs/promises';
import {printable} from '../util/format.js';
import {messageOf} from '../util/user-error.js';
import type {Streams} from '../app/streams.js';

/**
 * Appends Markdown to the summary of a step in GitHub Actions, which names the file; elsewhere does
 * nothing. A summary that cannot be written is said, and fails nothing.
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
    stderr.write(`The step summary was not written: ${printable(messageOf(error))}\n`);
  }
}
