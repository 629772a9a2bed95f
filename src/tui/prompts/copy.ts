import path from 'node:path';
import {messageOf} from '../../util/user-error.js';
import {closePrompt, refusePrompt} from '../actions/prompts.js';
import type {TuiController} from '../controller.js';
import {withList} from '../state/lists.js';
import {experimentUnderCursor} from '../state/next-start.js';
import {cellColumn, type PromptKind} from './prompt-kind.js';

/** Copies the experiment under the cursor to a file of another name. */
export const copy: PromptKind = {
  title: 'Name of the copy',
  columns: [cellColumn(0, 'What Enter does', {minWidth: 20})],
  choices: snapshot => {
    const name = snapshot.state.prompt?.text.trim() ?? '';
    const entry = experimentUnderCursor(snapshot);
    if (name === '' || entry === undefined) return [];
    return [
      {
        key: 'copy',
        cells: [{text: `Copy ${entry.name} to ${name}.yaml`, role: 'strong'}],
        enter: (controller, isAlone) => {
          if (isAlone) copyTo(controller, entry.path, name);
          else refusePrompt(controller, 'Press Enter by itself: pasted text makes no files.');
        },
      },
    ];
  },
  empty: 'Type a name.',
  keys: [
    ['enter', 'copy'],
    ['escape', 'close'],
  ],
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
    controller.change(state =>
      withList(state, 'experiments', list => ({...list, cursor: entry?.name})),
    );
    controller.notify(`Copied to ${path.relative('.', copied)}; e edits it.`, 'good');
  });
}
