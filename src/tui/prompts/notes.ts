import {assertNote, tagsIn, type NotesChange} from '../../runs/run-notes.js';
import type {RunRecord} from '../../runs/run-record.js';
import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {chosenRuns, runUnderCursor} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {runsText} from '../text/run-text.js';
import {
  cellColumns,
  closePrompt,
  openPrompt,
  refusePrompt,
  textChoice,
  type Choice,
  type PromptKind,
} from './prompt-kind.js';

/** What is the same in the prompts for tags and for a note. */
const common = {
  columns: cellColumns(['What Enter does', 20]),
  empty: '',
  keys: {enter: 'save'},
};

/** The tags of the chosen runs. The line has those that all of them share. */
export const tagsPrompt: PromptKind = {
  ...common,
  title: 'Tags, separated by blanks',
  choices: snapshot => {
    const text = snapshot.state.prompt?.text ?? '';
    const what = `tags of ${runsText(chosenRuns(snapshot).length, 'this run')}`;
    const typed = new Set(text.split(/[\s,]+/));
    const tags = new Set(snapshot.runs.flatMap(({notes}) => notes.tags));
    const unused = [...tags].filter(tag => !typed.has(tag)).sort();
    return [
      saving(text, what, saveTags),
      ...unused.map(tag =>
        textChoice(`Add ${tag}`, controller =>
          openPrompt(controller, 'tags', `${text} ${tag}`.trim()),
        ),
      ),
    ];
  },
};

/** Tags that left the line leave the runs; those that only some runs have stay. */
function saveTags(controller: TuiController, text: string): void {
  const add = tagsIn(text);
  const records = chosenRuns(controller.snapshot.get());
  const remove = commonTags(records).filter(tag => !add.includes(tag));
  changeNotes(controller, records, {add, remove}, 'Saved the tags of');
}

/** The tags that all runs have. */
export function commonTags([first, ...rest]: readonly RunRecord[]): readonly string[] {
  return (first?.notes.tags ?? []).filter(tag => rest.every(({notes}) => notes.tags.includes(tag)));
}

/** The note on the run under the cursor. */
export const notePrompt: PromptKind = {
  ...common,
  title: 'Note on this run',
  choices: ({state}) => [saving(state.prompt?.text ?? '', 'note', saveNote)],
};

function saveNote(controller: TuiController, note: string): void {
  assertNote(note);
  const record = runUnderCursor(controller.snapshot.get());
  if (record !== undefined) changeNotes(controller, [record], {note}, 'Saved the note of');
}

/** Saves the line and closes the prompt, or shows in it why the line is not accepted. */
function saving(
  text: string,
  what: string,
  save: (controller: TuiController, text: string) => void,
): Choice {
  const verb = text.trim() === '' ? 'Remove' : 'Save';
  return textChoice(
    `${verb} the ${what}`,
    controller => {
      try {
        save(controller, text);
        closePrompt(controller);
      } catch (error) {
        refusePrompt(controller, messageOf(error));
      }
    },
    'strong',
  );
}

/** Pins the chosen runs; unpins them where all are pinned. */
export function pinRuns(controller: TuiController, snapshot: Snapshot): void {
  const records = chosenRuns(snapshot);
  const pinned = !records.every(({notes}) => notes.pinned);
  changeNotes(controller, records, {pinned}, pinned ? 'Pinned' : 'Unpinned');
}

/** Changes the notes of runs, one after another; a failure becomes a notice. */
function changeNotes(
  controller: TuiController,
  records: readonly RunRecord[],
  change: NotesChange,
  done: string,
): void {
  controller.background(async () => {
    try {
      for (const {folder} of records) await controller.services.changeNotes(folder, change);
      controller.notify(`${done} ${runsText(records.length, 'one run')}.`, 'good');
    } finally {
      controller.refreshRuns();
    }
  });
}
