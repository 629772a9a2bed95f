import {ForeignFiles, placeFolder} from '../../util/place-folder.js';
import {assertNoLinkBelow, NotPlain} from '../../util/safe-file.js';
import {UserError, messageOf} from '../../util/user-error.js';

/**
 * Writes the folder of a model, whole or not at all. Replaces an earlier one of the same kind, but no
 * folder with other files.
 *
 * @param root The folder that the user named, or the run's. Links below it are refused.
 * @throws UserError where there is such a folder or link, or writing fails.
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
        `${folder}: ${error.message}. Expected a new folder, or an earlier model of the same format.`,
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
