import type {TuiController} from '../controller.js';
import {activeItem, isQueued} from '../../runs/queue/queue-state.js';

/** Quits; asks first while a run is active. */
export function quit(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  if (activeItem(snapshot.queue) === undefined) {
    controller.exit('quit');
    return;
  }
  const waiting = snapshot.queue.items.filter(isQueued).length;
  const wait = `${waiting} queued`;
  controller.ask({
    // Ctrl-C at this question is the second one: it forces the end.
    onInterrupt: () => controller.exit('kill'),
    text: waiting === 0 ? 'A run is in progress:' : `A run is in progress, ${wait}:`,
    choices: [
      {
        key: 's',
        label: 'stop it and quit',
        act: () =>
          controller.background(async () => {
            controller.notify('Stopping with a checkpoint.');
            await controller.services.queue.stop();
            controller.exit('quit');
          }),
      },
      {key: 'l', label: 'leave it running', act: () => controller.exit('detach')},
      {key: 'n', label: 'stay', act: () => {}},
    ],
  });
}
