import type {TuiController} from '../controller.js';
import {activeItems, isQueued} from '../../runs/queue/queue-state.js';

/** Quits; asks first while a run is active. */
export function quit(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const active = activeItems(snapshot.queue).length;
  if (active === 0) {
    controller.exit('quit');
    return;
  }
  const waiting = snapshot.queue.items.filter(isQueued).length;
  const wait = `${waiting} queued`;
  const progress = active === 1 ? 'A run is in progress' : `${active} runs are in progress`;
  controller.ask({
    // Ctrl-C at this question is the second one: it forces the end.
    onInterrupt: () => controller.exit('kill'),
    text: waiting === 0 ? `${progress}:` : `${progress}, ${wait}:`,
    choices: [
      {
        key: 's',
        label: active === 1 ? 'stop it and quit' : 'stop them and quit',
        act: () =>
          controller.background(async () => {
            controller.notify(`Stopping with ${active === 1 ? 'a checkpoint' : 'checkpoints'}.`);
            await controller.services.queue.stop();
            controller.exit('quit');
          }),
      },
      {
        key: 'l',
        label: active === 1 ? 'leave it running' : 'leave them running',
        act: () => controller.exit('detach'),
      },
      {key: 'n', label: 'stay', act: () => {}},
    ],
  });
}
