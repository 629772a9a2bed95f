import {ForeignFiles, placeFolder} from '../../util/place-folder.js';
import {assertNoLinkBelow, NotPlain} from '../../util/safe-file.js';
import {UserError, messageOf} from '../../util/user-error.js';

/**
 * Writes a model: its folder appears whole or not at all, in place of an earlier one of the same
 * kind. A folder with anything else in it is left alone.
 *
 * @param root The folder that a person named, or the run's: no link below it is followed.
 * @throws UserError where there is such a folder or link, or nothing can be written.
 */
export async function placeModel(
  root: string,
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  try {
    await assertNoLinkBelow(root, folder);
    await placeFolder(folder, files);
  } catch (error) {
    const hint = 'Name another folder with --out DIR.';
    if (error instanceof ForeignFiles) {
      throw new UserError(
        `${folder}: ${error.message}. Expected a new folder, or one that was written the same way.`,
        {hint},
      );
    }
    if (error instanceof NotPlain)
      throw new UserError(`${folder}: the model is not written there: ${error.message}.`, {hint});
    throw new UserError(`${folder}: the model could not be written: ${messageOf(error)}`, {
      hint: 'Name a folder that can be written to with --out DIR.',
      exitCode: 1,
      cause: error,
    });
  }
}
