import type {TuiController} from '../controller.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {QueueCommand} from '../../runs/queue/queue-commands.js';
import {isQueued} from '../../runs/queue/queue-state.js';
import {isActive} from '../../runs/status.js';
import {withList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {
  activeInShownQueue,
  liveItems,
  shownItem,
  shownQueue,
  type LiveItem,
} from '../state/live-items.js';
import {bindingsWith} from '../keys/binding.js';

/** The shown run, if it trains and no process works on its queue, or if a cluster has it. */
function shownWithoutQueue(snapshot: Snapshot): LiveItem | undefined {
  const shown = shownItem(snapshot);
  const isLeft = shown?.place === undefined || isWithoutHolder(snapshot, shown.place.id);
  const isStoppable = shown !== undefined && (isActive(shown.run.status) || isOnCluster(shown));
  return isLeft && isStoppable ? shown : undefined;
}

function isOnCluster({record}: LiveItem): boolean {
  return record?.task?.isListed === true;
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

/**
 * Gives a command to a queue, and shows what follows from it.
 *
 * @param id Undefined for the queue of this interface.
 */
function command(controller: TuiController, id: string | undefined, asked: QueueCommand): void {
  controller.background(async () => {
    await controller.services.command(id, asked);
    if (id !== undefined) controller.refreshRuns();
  });
}

/** Asks before it stops the shown queue, or a run that is in none. */
function askToStop(controller: TuiController, snapshot: Snapshot): void {
  const alone = shownWithoutQueue(snapshot);
  if (alone?.record !== undefined) askToStopAlone(controller, alone.name, alone.record);
  else askToStopQueue(controller, snapshot);
}

/** Only the trainer is asked. */
function askToStopAlone(controller: TuiController, name: string, record: RunRecord): void {
  const text =
    record.task?.isListed === true
      ? `Cancel ${name} on the cluster? A checkpoint is kept.`
      : `Stop ${name}, which another program started, with a checkpoint?`;
  controller.confirm(text, 'stop', 'continue', () =>
    controller.background(async () => {
      const refused = await controller.services.askToStop(record);
      if (refused !== undefined) controller.notify(refused, 'warning');
    }),
  );
}

function askToStopQueue(controller: TuiController, snapshot: Snapshot): void {
  const waiting = shownQueue(snapshot).filter(isQueued).length;
  const rest =
    waiting === 0 ? '' : `, and remove ${waiting} queued ${waiting === 1 ? 'run' : 'runs'}`;
  const active = shownQueue(snapshot).filter(({run}) => isActive(run.status)).length;
  const what =
    active > 1
      ? `the ${active} runs in progress with checkpoints`
      : `${activeInShownQueue(snapshot)?.name ?? 'the run'} with a checkpoint`;
  const id = shownItem(snapshot)?.place?.id;
  controller.confirm(`Stop ${what}${rest}?`, 'stop', 'continue', () =>
    command(controller, id, {type: 'stop'}),
  );
}

function askToSkip(controller: TuiController, snapshot: Snapshot): void {
  const item = activeInShownQueue(snapshot);
  if (item?.place === undefined) return;
  const {id, key} = item.place;
  const text = `Stop ${item.name} with a checkpoint and start the next run?`;
  controller.confirm(text, 'next', 'continue', () => command(controller, id, {type: 'skip', key}));
}

function pauseOrResume(controller: TuiController, snapshot: Snapshot): void {
  const {place, run} = activeInShownQueue(snapshot) ?? {};
  if (place === undefined) return;
  const type = run?.status === 'paused' ? 'resume' : 'pause';
  command(controller, place.id, {type, key: place.key});
}

function move(controller: TuiController, by: 1 | -1): void {
  const item = shownItem(controller.snapshot.get());
  if (item?.place === undefined) return;
  keepCursor(controller, item.key);
  command(controller, item.place.id, {type: 'move', key: item.place.key, by});
}

/** Asks, and removes the shown run from its queue; the cursor goes to the run that takes its place. */
function askToRemove(controller: TuiController, snapshot: Snapshot): void {
  const item = shownItem(snapshot);
  if (item?.place === undefined) return;
  const {id, key} = item.place;
  controller.confirm(`Remove ${item.name} from the queue?`, 'remove', 'keep', () => {
    command(controller, id, {type: 'remove', key});
    const keys = liveItems(snapshot).map(entry => entry.key);
    const at = keys.indexOf(item.key);
    const next = keys[at + 1] ?? keys[at - 1];
    if (next !== undefined) keepCursor(controller, next);
  });
}

function keepCursor(controller: TuiController, key: string): void {
  controller.change(state => withList(state, 'queue', {cursor: key}));
}

/** What keys do on the live run and its queue. */
export const liveKeys = bindingsWith({screens: ['live'], isDeliberate: true}, [
  {
    keys: ['x'],
    label: 'stop',
    help: 'Stop the running and queued runs of the queue; they can be resumed. Asks for confirmation.',
    act: askToStop,
    cannot: cannotStop,
  },
  {
    keys: ['p'],
    label: snapshot => (activeInShownQueue(snapshot)?.run.status === 'paused' ? 'resume' : 'pause'),
    help: 'Pause training after the current batch, or continue.',
    act: pauseOrResume,
    cannot: cannotWithoutRun,
  },
  {
    keys: ['n'],
    label: 'next',
    help: 'Stop this run with a checkpoint and start the next one. Asks for confirmation.',
    act: askToSkip,
    cannot: cannotWithoutRun,
  },
  {
    keys: ['K', 'shift-up'],
    label: 'earlier',
    help: 'Move the queued run under the cursor up.',
    act: controller => move(controller, -1),
    cannot: cannotUnlessWaiting,
  },
  {
    keys: ['J', 'shift-down'],
    help: 'Move the queued run under the cursor down.',
    act: controller => move(controller, 1),
    cannot: cannotUnlessWaiting,
  },
  {
    keys: ['d', 'delete'],
    label: 'remove',
    help: 'Remove the queued run under the cursor from the queue. Asks for confirmation.',
    act: askToRemove,
    cannot: cannotUnlessWaiting,
  },
]);
