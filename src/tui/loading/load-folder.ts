import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {placeOf} from '../prompts/folder.js';
import type {Snapshot} from '../state/snapshot.js';

/** Lists the folder that is typed into the prompt for the data folder. */
export async function followFolder(controller: TuiController, snapshot: Snapshot): Promise<void> {
  const {prompt} = snapshot.state;
  if (prompt?.kind !== 'folder') return;
  const {folder: path} = placeOf(prompt.text);
  if (snapshot.folder.path === path) return;
  try {
    const names = await controller.services.foldersIn(path);
    controller.update({folder: {path, names, error: undefined}});
  } catch (error) {
    controller.update({folder: {path, names: [], error: messageOf(error)}});
  }
}
