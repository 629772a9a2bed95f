import type {NotesChange} from '../../runs/run-notes.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {TuiController} from '../controller.js';
import {chosenRuns} from '../state/selectors.js';

/** The tags that all runs have. */
export function commonTags([first, ...rest]: readonly RunRecord[]): readonly string[] {
  return (first?.notes.tags ?? []).filter(tag => rest.every(({notes}) => notes.tags.includes(tag)));
}

/** Changes the notes of runs, one after another; a failure becomes a notice. */
export function changeNotes(
  controller: TuiController,
  records: readonly RunRecord[],
  change: NotesChange,
  done: string,
): void {
  controller.background(async () => {
    try {
      for (const {folder} of records) await controller.services.changeNotes(folder, change);
      controller.notify(`${done} ${countText(records)}.`, 'good');
    } finally {
      controller.refreshRuns();
    }
  });
}

function countText(records: readonly RunRecord[]): string {
  return records.length === 1 ? 'one run' : `${records.length} runs`;
}

/** Pins the chosen runs; unpins them where all are pinned. */
export function pinRuns(controller: TuiController): void {
  const records = chosenRuns(controller.snapshot.get());
  const pinned = !records.every(({notes}) => notes.pinned);
  changeNotes(controller, records, {pinned}, pinned ? 'Pinned' : 'Unpinned');
}
