import type {Interface} from '../interface.js';
import type {Snapshot} from '../state/snapshot.js';
import type {Action} from './action.js';

function runs({queue}: Snapshot): boolean {
  return queue.items.some(({status}) => status === 'running');
}

/** Nothing is asked while nothing runs. */
function quit(to: Interface): void {
  const snapshot = to.snapshot.get();
  if (!runs(snapshot)) {
    to.exit({how: 'quit'});
    return;
  }
  const waiting = snapshot.queue.items.filter(({status}) => status === 'waiting').length;
  const wait = `${waiting} queued`;
  to.ask({
    // Ctrl-C while it is asked is the second one: it forces.
    onInterrupt: () => to.exit({how: 'kill'}),
    text: waiting === 0 ? 'A run is in progress:' : `A run is in progress, ${wait}:`,
    choices: [
      {
        key: 's',
        label: 'stop it and quit',
        act: () =>
          to.background(async () => {
            to.notify('Stopping with a checkpoint.');
            await to.services.queue.stop();
            to.exit({how: 'quit'});
          }),
      },
      {key: 'l', label: 'leave it running', act: () => to.exit({how: 'detach'})},
      {key: 'n', label: 'stay', act: () => {}},
    ],
  });
}

export const quitActions = {
  quit: {act: quit},
  interrupt: {act: quit},
  suspend: {act: to => to.exit({how: 'suspend'})},
} as const satisfies Readonly<Record<string, Action>>;
