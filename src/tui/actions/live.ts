import type {TuiController} from '../controller.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {QueueCommand} from '../../runs/queue/queue-commands.js';
import {isQueued} from '../../runs/queue/queue-state.js';
import {isActive} from '../../runs/status.js';
import type {Snapshot} from '../state/snapshot.js';
import {
  activeInShownQueue,
  liveItems,
  shownItem,
  shownQueue,
  type LiveItem,
} from '../state/live-items.js';
import type {Action} from '../keys/binding.js';

/** The shown run, if it trains and no process works on its queue. */
function shownWithoutQueue(snapshot: Snapshot): LiveItem | undefined {
  const shown = shownItem(snapshot);
  const isLeft = shown?.place === undefined || isWithoutHolder(snapshot, shown.place.id);
  return shown !== undefined && isLeft && isActive(shown.run.status) ? shown : undefined;
}

function isWithoutHolder({queuesElsewhere}: Snapshot, id: string | undefined): boolean {
  return queuesElsewhere.some(queue => queue.id === id && queue.holder === undefined);
}

function cannotStop(snapshot: Snapshot): string | undefined {
  return shownWithoutQueue(snapshot) === undefined ? cannotWithoutRun(snapshot) : undefined;
}

function cannotWithoutRun(snapshot: Snapshot): string | undefined {
  if (shownWithoutQueue(snapshot) !== undefined)
    return 'No program works on the queue of this run. x stops the run; R on the run resumes it.';
  return activeInShownQueue(snapshot) === undefined ? 'No run is in progress.' : undefined;
}

function cannotUnlessWaiting(snapshot: Snapshot): string | undefined {
  const shown = shownItem(snapshot);
  return shown === undefined || !isQueued(shown)
    ? 'Only a queued run can be moved or removed.'
    : undefined;
}

/** Gives a command to the queue that the shown run is in, and shows what follows from it. */
function command(controller: TuiController, asked: QueueCommand): void {
  const id = shownItem(controller.snapshot.get())?.place?.id;
  controller.background(async () => {
    await controller.services.command(id, asked);
    if (id !== undefined) controller.refreshRuns();
  });
}

/** Asks before it stops the shown queue, or a run that is in none. */
function askToStop(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const alone = shownWithoutQueue(snapshot);
  if (alone?.record !== undefined) askToStopAlone(controller, alone.name, alone.record);
  else askToStopQueue(controller);
}

/** Only the trainer is asked. */
function askToStopAlone(controller: TuiController, name: string, record: RunRecord): void {
  controller.ask({
    text: `Stop ${name}, which another program started, with a checkpoint?`,
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

function askToStopQueue(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const waiting = shownQueue(snapshot).filter(isQueued).length;
  const rest =
    waiting === 0 ? '' : `, and remove ${waiting} queued ${waiting === 1 ? 'run' : 'runs'}`;
  controller.ask({
    text: `Stop ${activeInShownQueue(snapshot)?.name ?? 'the run'} with a checkpoint${rest}?`,
    choices: [
      {key: 'y', label: 'stop', act: () => command(controller, {type: 'stop'})},
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function askToSkip(controller: TuiController): void {
  const item = activeInShownQueue(controller.snapshot.get());
  if (item?.place === undefined) return;
  const {key} = item.place;
  controller.ask({
    text: `Stop ${item.name} with a checkpoint and start the next run?`,
    choices: [
      {key: 'y', label: 'next', act: () => command(controller, {type: 'skip', key})},
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function pauseOrResume(controller: TuiController): void {
  const {place, run} = activeInShownQueue(controller.snapshot.get()) ?? {};
  if (place === undefined) return;
  const type = run?.status === 'paused' ? 'resume' : 'pause';
  command(controller, {type, key: place.key});
}

function move(controller: TuiController, by: 1 | -1): void {
  const item = shownItem(controller.snapshot.get());
  if (item?.place === undefined) return;
  keepCursor(controller, item.key);
  command(controller, {type: 'move', key: item.place.key, by});
}

/** Removes the shown run from the queue; the cursor goes to the run that takes its place. */
function removeShown(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const item = shownItem(snapshot);
  if (item?.place === undefined) return;
  command(controller, {type: 'remove', key: item.place.key});
  const keys = liveItems(snapshot).map(({key}) => key);
  const at = keys.indexOf(item.key);
  const next = keys[at + 1] ?? keys[at - 1];
  if (next !== undefined) keepCursor(controller, next);
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
    act: pauseOrResume,
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
