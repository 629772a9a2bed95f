import path from 'node:path';
import type {TuiController} from '../controller.js';
import {placeOf} from '../prompts/folder.js';
import type {Services} from '../services.js';
import type {FolderState, Snapshot} from '../state/snapshot.js';

/** Lists the folder that is typed into the prompt for the data folder. */
export async function followFolder(controller: TuiController, snapshot: Snapshot): Promise<void> {
  const {prompt} = snapshot.state;
  if (prompt?.kind !== 'folder') return;
  const {folder} = placeOf(prompt.text);
  if (snapshot.folder.path !== folder)
    controller.update({folder: await listed(folder, controller.services)});
}

async function listed(folder: string, {foldersIn}: Services): Promise<FolderState> {
  try {
    return {path: folder, names: await foldersIn(folder), fault: undefined};
  } catch (error) {
    let nearest = path.dirname(folder);
    while (
      nearest !== path.dirname(nearest) &&
      !(await foldersIn(nearest).then(isThere, isNotThere))
    )
      nearest = path.dirname(nearest);
    return {path: folder, names: [], fault: {text: faultText(folder, error), nearest}};
  }
}

const isThere = (): boolean => true;
const isNotThere = (): boolean => false;

function faultText(folder: string, error: unknown): string {
  const {code = String(error)} = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? `There is no folder ${folder}.`
    : `The folder ${folder} cannot be read (${code}).`;
}
