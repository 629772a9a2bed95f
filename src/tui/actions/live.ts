import type {TuiController} from '../controller.js';
import type {RunRecord} from '../../runs/run-record.js';
import {activeItem, isQueued} from '../../runs/queue/queue-state.js';
import {isActive} from '../../runs/status.js';
import type {Snapshot} from '../state/snapshot.js';
import {liveItems, shownItem, type LiveItem} from '../state/live-items.js';
import type {Action} from '../keys/binding.js';

/** The shown run, if another program trains it. */
function shownElsewhere(snapshot: Snapshot): LiveItem | undefined {
  const shown = shownItem(snapshot);
  return shown !== undefined && shown.queued === undefined && isActive(shown.run.status)
    ? shown
    : undefined;
}

function cannotStop(snapshot: Snapshot): string | undefined {
  return shownElsewhere(snapshot)?.record === undefined ? cannotWithoutRun(snapshot) : undefined;
}

function cannotWithoutRun(snapshot: Snapshot): string | undefined {
  if (activeItem(snapshot.queue) !== undefined) return undefined;
  return shownItem(snapshot)?.queued === undefined && shownItem(snapshot) !== undefined
    ? 'This run belongs to another program.'
    : 'No run is in progress.';
}

function cannotUnlessWaiting(snapshot: Snapshot): string | undefined {
  const shown = shownItem(snapshot);
  if (shown === undefined || !isQueued(shown)) return 'Only a queued run can be moved or removed.';
  return shown.queued === undefined ? 'Another program has this run in its queue.' : undefined;
}

/** Asks before it stops the shown run of another program, or the own queue. */
function askToStop(controller: TuiController): void {
  const elsewhere = shownElsewhere(controller.snapshot.get());
  if (elsewhere?.record !== undefined) askToStopElsewhere(controller, elsewhere, elsewhere.record);
  else askToStopOwn(controller);
}

/** Only the trainer is asked; its program, if it still runs, learns of it from the trainer. */
function askToStopElsewhere(controller: TuiController, {name}: LiveItem, record: RunRecord): void {
  const isOneWaiting = controller.snapshot.get().waitingElsewhere.length > 0;
  const rest = isOneWaiting ? ' Its queue continues with the next run.' : '';
  controller.ask({
    text: `Stop ${name}, which another program runs, with a checkpoint?${rest}`,
    choices: [
      {
        key: 'y',
        label: 'stop',
        act: () =>
          controller.background(async () => {
            const refused = await controller.services.askToStop(record);
            if (refused !== undefined) controller.notify(refused, 'warning');
          }),
      },
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function askToStopOwn(controller: TuiController): void {
  const {queue} = controller.snapshot.get();
  const waiting = queue.items.filter(isQueued).length;
  const rest =
    waiting === 0 ? '' : `, and remove ${waiting} queued ${waiting === 1 ? 'run' : 'runs'}`;
  controller.ask({
    text: `Stop ${activeItem(controller.snapshot.get().queue)?.job.experiment.name ?? 'the run'} with a checkpoint${rest}?`,
    choices: [
      {
        key: 'y',
        label: 'stop',
        act: () => controller.background(() => controller.services.queue.stop()),
      },
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function askToSkip(controller: TuiController): void {
  const item = activeItem(controller.snapshot.get().queue);
  if (item === undefined) return;
  controller.ask({
    text: `Stop ${item.job.experiment.name} with a checkpoint and start the next run?`,
    choices: [
      {
        key: 'y',
        label: 'next',
        act: () => controller.background(() => controller.services.queue.skip(item.key)),
      },
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function move(controller: TuiController, by: 1 | -1): void {
  const item = shownItem(controller.snapshot.get());
  if (item !== undefined) {
    keepCursor(controller, item.key);
    controller.services.queue.move(item.key, by);
  }
}

/** Removes the shown run from the queue; the cursor goes to the run that takes its place. */
function removeShown(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const item = shownItem(snapshot);
  if (item === undefined) return;
  const keys = liveItems(snapshot).map(({key}) => key);
  const at = keys.indexOf(item.key);
  const next = keys[at + 1] ?? keys[at - 1];
  if (next !== undefined) keepCursor(controller, next);
  controller.services.queue.remove(item.key);
}

function keepCursor(controller: TuiController, key: string): void {
  controller.change(state => ({
    ...state,
    lists: {...state.lists, queue: {...state.lists.queue, cursor: key}},
  }));
}

function showHeads(controller: TuiController, by: number): void {
  const heads = controller.snapshot.get().comparison.result?.heads.length ?? 0;
  controller.change(state => ({
    ...state,
    firstHead: Math.max(0, Math.min(heads - 1, state.firstHead + by)),
  }));
}

export const liveActions = {
  stop: {act: askToStop, cannot: cannotStop},
  skip: {act: askToSkip, cannot: cannotWithoutRun},
  pause: {
    act: controller => {
      const isPaused = activeItem(controller.snapshot.get().queue)?.run.status === 'paused';
      controller.services.queue.pause(isPaused ? 'resume' : 'pause');
    },
    cannot: cannotWithoutRun,
  },
  moveEarlier: {act: controller => move(controller, -1), cannot: cannotUnlessWaiting},
  moveLater: {act: controller => move(controller, 1), cannot: cannotUnlessWaiting},
  remove: {
    act: removeShown,
    cannot: cannotUnlessWaiting,
  },
  nextHeads: {act: controller => showHeads(controller, 1)},
  previousHeads: {act: controller => showHeads(controller, -1)},
} as const satisfies Readonly<Record<string, Action>>;
