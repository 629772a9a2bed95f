import {spawn} from 'node:child_process';
import {resolve} from 'node:path';
import {childEnvironment} from '../../util/child-environment.js';
import {UserError} from '../../util/user-error.js';

/**
 * The person's editor on a file, as git and others find it.
 *
 * @throws UserError where there is none.
 */
export async function openEditor(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  await new Promise<void>((done, reject) => {
    // By a shell, for an editor may come with arguments: EDITOR="code --wait". A whole path, for a
    // name can begin like an option: -c, or + and a command.
    const child = spawn(`${editor} "$CELEBA_TUI_FILE"`, {
      shell: true,
      stdio: 'inherit',
      env: {...childEnvironment(env), CELEBA_TUI_FILE: resolve(path)},
    });
    child.on('error', reject);
    child.on('close', code => {
      if (code === 127 || code === 126) {
        reject(
          new UserError(
            `The editor ${editor} cannot be started. Set EDITOR to an installed editor.`,
          ),
        );
      } else done();
    });
  });
}
