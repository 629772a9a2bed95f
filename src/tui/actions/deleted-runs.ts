import type {TuiController} from '../controller.js';
import type {RunRecord} from '../../runs/run-record.js';
import {TRASH_DAYS, type TrashedRun} from '../../runs/trash.js';
import {withList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {runsText} from '../text/run-text.js';

/** Asks, and moves runs into the trash. */
export function askToDelete(controller: TuiController, records: readonly RunRecord[]): void {
  const [first] = records;
  const what = runsText(records.length, first?.folder.id ?? '');
  const pronoun = records.length === 1 ? 'it' : 'them';
  const text = `Delete ${what}? The trash keeps ${pronoun} for ${TRASH_DAYS} days.`;
  controller.confirm(text, 'delete', 'keep', () =>
    controller.background(() => deleteRuns(controller, records)),
  );
}

async function deleteRuns(controller: TuiController, records: readonly RunRecord[]): Promise<void> {
  const deleted: TrashedRun[] = [];
  try {
    for (const {folder} of records) deleted.push(await controller.services.deleteRun(folder));
  } finally {
    // Also the runs that were deleted before a failure.
    const ids = new Set(deleted.map(({id}) => id));
    const marks = [...controller.state.lists.runs.marked].filter(id => !ids.has(id));
    controller.change(state => ({
      ...withList(state, 'runs', {marked: new Set(marks)}),
      deleted: deleted.length === 0 ? state.deleted : [deleted, ...state.deleted],
    }));
    controller.refreshRuns();
  }
  controller.notify(
    `${runsText(deleted.length, 'One run')} deleted; u restores ${deleted.length === 1 ? 'it' : 'them'}.`,
  );
  await controller.services.emptyOldTrash();
}

export function cannotTakeBack({state}: Snapshot): string | undefined {
  return state.deleted.length === 0
    ? 'No run was deleted since the start. For earlier ones: celeba-tui runs --trash'
    : undefined;
}

/** Restores the runs that were deleted last. */
export function takeBack(controller: TuiController): void {
  const [last = [], ...before] = controller.state.deleted;
  // Removed from the list first, so that a second key restores the runs deleted before these.
  controller.change({deleted: before});
  controller.background(async () => {
    const missing = [...last];
    try {
      for (const trashed of last) {
        await controller.services.takeBack(trashed);
        missing.shift();
      }
    } finally {
      if (missing.length > 0) controller.change(state => ({deleted: [missing, ...state.deleted]}));
      controller.refreshRuns();
    }
    controller.change(state => withList(state, 'runs', {cursor: last[0]?.id}));
    controller.notify(`${runsText(last.length, 'One run')} restored.`, 'good');
  });
}
