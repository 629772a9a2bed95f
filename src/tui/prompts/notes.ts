import {assertNote, tagsIn} from '../../runs/run-notes.js';
import {messageOf} from '../../util/user-error.js';
import {changeNotes, commonTags} from '../actions/run-notes.js';
import type {TuiController} from '../controller.js';
import {chosenRuns, runUnderCursor} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {closePrompt, openPrompt, refusePrompt} from '../actions/prompts.js';
import {cellColumn, type Choice, type PromptKind} from './prompt-kind.js';

const keys: PromptKind['keys'] = [
  ['enter', 'save'],
  ['escape', 'close'],
];

/** The tags of the chosen runs. The line has those that all of them share. */
export const tagsPrompt: PromptKind = {
  title: 'Tags, separated by blanks',
  columns: [cellColumn(0, 'What Enter does', {minWidth: 20})],
  choices: snapshot => {
    const text = snapshot.state.prompt?.text ?? '';
    return [
      {
        key: 'save',
        cells: [{text: saveText(text, chosenRuns(snapshot).length), role: 'strong'}],
        enter: accepting(controller => saveTags(controller, text)),
      },
      ...unusedTags(snapshot, text).map(tag => addTag(tag, text)),
    ];
  },
  empty: '',
  keys,
};

function saveText(text: string, runs: number): string {
  const what = text.trim() === '' ? 'Remove the tags of' : 'Save the tags of';
  return `${what} ${runs === 1 ? 'this run' : `${runs} runs`}`;
}

/** Tags of other runs, which Enter adds to the line. */
function unusedTags({runs}: Snapshot, text: string): readonly string[] {
  const typed = new Set(text.split(/[\s,]+/));
  const all = new Set(runs.flatMap(({notes}) => notes.tags));
  return [...all].filter(tag => !typed.has(tag)).sort();
}

function addTag(tag: string, text: string): Choice {
  return {
    key: tag,
    cells: [{text: `Add ${tag}`}],
    enter: controller => openPrompt(controller, 'tags', `${text} ${tag}`.trim()),
  };
}

/** Tags that left the line leave the runs; those that only some runs have stay. */
function saveTags(controller: TuiController, text: string): void {
  const add = tagsIn(text);
  const records = chosenRuns(controller.snapshot.get());
  const remove = commonTags(records).filter(tag => !add.includes(tag));
  changeNotes(controller, records, {add, remove}, 'Saved the tags of');
}

/** The note on the run under the cursor. */
export const notePrompt: PromptKind = {
  title: 'Note on this run',
  columns: [cellColumn(0, 'What Enter does', {minWidth: 20})],
  choices: ({state}) => {
    const text = state.prompt?.text ?? '';
    const label = text.trim() === '' ? 'Remove the note' : 'Save the note';
    return [
      {
        key: 'save',
        cells: [{text: label, role: 'strong'}],
        enter: accepting(controller => saveNote(controller, text)),
      },
    ];
  },
  empty: '',
  keys,
};

function saveNote(controller: TuiController, note: string): void {
  assertNote(note);
  const record = runUnderCursor(controller.snapshot.get());
  if (record !== undefined) changeNotes(controller, [record], {note}, 'Saved the note of');
}

/** Closes the prompt after `save`, or shows in it why the line is not accepted. */
function accepting(save: (controller: TuiController) => void): Choice['enter'] {
  return controller => {
    try {
      save(controller);
      closePrompt(controller);
    } catch (error) {
      refusePrompt(controller, messageOf(error));
    }
  };
}
