import type {Interface} from '../interface.js';
import type {RunRecord} from '../../runs/run-record.js';
import {curveKinds} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {liveItems, shownItem, type LiveItem} from '../view/live.js';
import type {Action} from './action.js';

function runningItem({queue}: Snapshot): Snapshot['queue']['items'][number] | undefined {
  return queue.items.find(({status}) => status === 'running');
}

/** The run that is shown, where another program started it and it is under way. */
function shownElsewhere(snapshot: Snapshot): LiveItem | undefined {
  const shown = shownItem(snapshot);
  return shown?.queued === undefined && shown?.status === 'running' ? shown : undefined;
}

function cannotStop(snapshot: Snapshot): string | undefined {
  return shownElsewhere(snapshot)?.record === undefined ? cannotWithoutRun(snapshot) : undefined;
}

function cannotWithoutRun(snapshot: Snapshot): string | undefined {
  if (runningItem(snapshot) !== undefined) return undefined;
  return shownItem(snapshot)?.queued === undefined && shownItem(snapshot) !== undefined
    ? 'This run belongs to another program.'
    : 'No run is in progress.';
}

function cannotUnlessWaiting(snapshot: Snapshot): string | undefined {
  const shown = shownItem(snapshot);
  if (shown?.status !== 'waiting') return 'Only a queued run can be moved or removed.';
  return shown.queued === undefined ? 'Another program has this run in its queue.' : undefined;
}

/** Asks, where epochs since the last checkpoint or waiting runs would be lost. */
function askToStop(to: Interface): void {
  const elsewhere = shownElsewhere(to.snapshot.get());
  if (elsewhere?.record !== undefined) askToStopElsewhere(to, elsewhere, elsewhere.record);
  else askToStopOwn(to);
}

/** Its program, if there still is one, hears of it from its trainer. */
function askToStopElsewhere(to: Interface, {name}: LiveItem, record: RunRecord): void {
  const isOneWaiting = to.snapshot.get().waitingElsewhere.length > 0;
  const rest = isOneWaiting ? ' Its queue continues with the next run.' : '';
  to.ask({
    text: `Stop ${name}, which another program runs, with a checkpoint?${rest}`,
    choices: [
      {
        key: 'y',
        label: 'stop',
        act: () =>
          to.background(async () => {
            const refused = await to.services.askToStop(record);
            if (refused !== undefined) to.notify(refused, 'warning');
          }),
      },
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function askToStopOwn(to: Interface): void {
  const {queue} = to.snapshot.get();
  const waiting = queue.items.filter(({status}) => status === 'waiting').length;
  const rest =
    waiting === 0 ? '' : `, and remove ${waiting} queued ${waiting === 1 ? 'run' : 'runs'}`;
  to.ask({
    text: `Stop ${runningItem(to.snapshot.get())?.job.experiment.name ?? 'the run'} with a checkpoint${rest}?`,
    choices: [
      {key: 'y', label: 'stop', act: () => to.background(() => to.services.queue.stop())},
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function askToSkip(to: Interface): void {
  const item = runningItem(to.snapshot.get());
  if (item === undefined) return;
  to.ask({
    text: `Stop ${item.job.experiment.name} with a checkpoint and start the next run?`,
    choices: [
      {key: 'y', label: 'next', act: () => to.background(() => to.services.queue.skip(item.key))},
      {key: 'n', label: 'continue', act: () => {}},
    ],
  });
}

function move(to: Interface, by: 1 | -1): void {
  const item = shownItem(to.snapshot.get());
  if (item !== undefined) {
    keepCursor(to, item.key);
    to.services.queue.move(item.key, by);
  }
}

/** Takes the shown one out of the queue; the cursor goes to what comes to its place. */
function removeShown(to: Interface): void {
  const snapshot = to.snapshot.get();
  const item = shownItem(snapshot);
  if (item === undefined) return;
  const keys = liveItems(snapshot).map(({key}) => key);
  const at = keys.indexOf(item.key);
  const next = keys[at + 1] ?? keys[at - 1];
  if (next !== undefined) keepCursor(to, next);
  to.services.queue.remove(item.key);
}

function keepCursor(to: Interface, key: string): void {
  to.change(state => ({
    ...state,
    lists: {...state.lists, queue: {...state.lists.queue, cursor: key}},
  }));
}

function showHeads(to: Interface, by: number): void {
  const heads = shownItem(to.snapshot.get())?.run.heads.length ?? 0;
  to.change(state => ({
    ...state,
    firstHead: Math.max(0, Math.min(heads - 1, state.firstHead + by)),
  }));
}

export const liveActions = {
  stop: {act: askToStop, cannot: cannotStop},
  skip: {act: askToSkip, cannot: cannotWithoutRun},
  pause: {
    act: to => {
      const paused = runningItem(to.snapshot.get())?.run.phase === 'paused';
      if (paused) to.services.queue.resume();
      else to.services.queue.pause();
    },
    cannot: cannotWithoutRun,
  },
  'move-earlier': {act: to => move(to, -1), cannot: cannotUnlessWaiting},
  'move-later': {act: to => move(to, 1), cannot: cannotUnlessWaiting},
  remove: {
    act: removeShown,
    cannot: cannotUnlessWaiting,
  },
  curves: {
    act: to =>
      to.change(state => {
        const next = (curveKinds.indexOf(state.curves) + 1) % curveKinds.length;
        return {...state, curves: curveKinds[next] ?? 'accuracy'};
      }),
  },
  'next-heads': {act: to => showHeads(to, 1)},
  'previous-heads': {act: to => showHeads(to, -1)},
} as const satisfies Readonly<Record<string, Action>>;
