import path from 'node:path';
import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {withList} from '../state/lists.js';
import {experimentUnderCursor} from '../state/selectors.js';
import {
  cellColumns,
  closePrompt,
  refusePrompt,
  textChoice,
  type PromptKind,
} from './prompt-kind.js';

/** Copies the experiment under the cursor to a file of another name. */
export const copy: PromptKind = {
  title: 'Name of the copy',
  columns: cellColumns(['What Enter does', 20]),
  choices: snapshot => {
    const name = snapshot.state.prompt?.text.trim() ?? '';
    const entry = experimentUnderCursor(snapshot);
    if (name === '' || entry === undefined) return [];
    const enter = (controller: TuiController, isAlone: boolean): void => {
      if (isAlone) copyTo(controller, entry.path, name);
      else refusePrompt(controller, 'Press Enter by itself: pasted text makes no files.');
    };
    return [textChoice(`Copy ${entry.name} to ${name}.yaml`, enter, 'strong')];
  },
  empty: 'Type a name.',
  keys: {enter: 'copy'},
};

/** The cursor goes to the copy. */
function copyTo(controller: TuiController, file: string, name: string): void {
  controller.background(async () => {
    let copied: string;
    try {
      copied = await controller.services.copyExperiment(file, name);
    } catch (error) {
      refusePrompt(controller, messageOf(error));
      return;
    }
    closePrompt(controller);
    await controller.readExperiments();
    const entry = controller.snapshot.get().experiments.find(listed => listed.path === copied);
    controller.change(state => withList(state, 'experiments', {cursor: entry?.name}));
    controller.notify(`Copied to ${path.relative('.', copied)}; e edits it.`, 'good');
  });
}
