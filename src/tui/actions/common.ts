import {activeItems, isQueued} from '../../runs/queue/queue-state.js';
import {askToCancelTask} from '../loading/load-data.js';
import type {TuiController} from '../controller.js';
import type {Binding} from '../keys/binding.js';
import {openPrompt} from '../prompts/prompt-kind.js';
import {cannotWithoutTable} from '../state/head-rows.js';
import type {Screen} from '../state/interface-state.js';
import {filteredList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {back, FAR, goTo, move, turnColumns, turnPane} from './navigation.js';
import {dismiss} from './runs.js';

const PAGE = 10;

const open =
  (screen: Screen) =>
  (controller: TuiController): void =>
    controller.change(state => goTo(state, screen));

/** Quits; asks first while a run is active. */
function quit(controller: TuiController, {queue}: Snapshot): void {
  const active = activeItems(queue).length;
  if (active === 0) {
    controller.exit('quit');
    return;
  }
  const waiting = queue.items.filter(isQueued).length;
  const [progress, them, checkpoints] =
    active === 1
      ? ['A run is in progress', 'it', 'a checkpoint']
      : [`${active} runs are in progress`, 'them', 'checkpoints'];
  controller.ask({
    // Ctrl-C at this question is the second one: it forces the end.
    onInterrupt: () => controller.exit('kill'),
    text: waiting === 0 ? `${progress}:` : `${progress}, ${waiting} queued:`,
    choices: [
      {
        key: 's',
        label: `stop ${them} and quit`,
        act: () =>
          controller.background(async () => {
            controller.notify(`Stopping with ${checkpoints}.`);
            await controller.services.queue.stop();
            controller.exit('quit');
          }),
      },
      {key: 'l', label: `leave ${them} running`, act: () => controller.exit('detach')},
      {key: 'n', label: 'stay', act: () => {}},
    ],
  });
}

/** What keys do everywhere, where no screen has another meaning for them. */
export const commonKeys: readonly Binding[] = [
  {keys: ['1'], help: 'Show the experiments.', act: open('experiments')},
  {keys: ['2'], help: 'Show the live run and the queue.', act: open('live')},
  {keys: ['3'], help: 'Show all runs.', act: open('runs')},
  {keys: ['4'], help: 'Show the comparison.', act: open('compare')},
  {keys: ['5'], help: 'Show the predictions.', act: open('predictions')},
  {keys: ['6'], help: 'Show the data.', act: open('data')},
  {keys: ['up', 'k'], help: 'Move up.', act: controller => move(controller, -1)},
  {keys: ['down', 'j'], help: 'Move down.', act: controller => move(controller, 1)},
  {keys: ['g', 'home'], help: 'Go to the first row.', act: controller => move(controller, -FAR)},
  {keys: ['G', 'end'], help: 'Go to the last row.', act: controller => move(controller, FAR)},
  {
    keys: ['pageup', 'ctrl-b'],
    help: 'Move one page up.',
    act: controller => move(controller, -PAGE),
  },
  {
    keys: ['pagedown', 'ctrl-f'],
    help: 'Move one page down.',
    act: controller => move(controller, PAGE),
  },
  {
    keys: ['right', 'l'],
    screens: ['experiments', 'runs', 'compare'],
    help: 'Show the columns that did not fit.',
    act: controller => turnColumns(controller, 1),
  },
  {
    keys: ['left', 'h'],
    screens: ['experiments', 'runs', 'compare'],
    help: 'Go back to the columns before.',
    act: controller => turnColumns(controller, -1),
  },
  {
    keys: ['tab'],
    screens: ['experiments', 'live', 'compare'],
    label: 'pane',
    help: 'Go to the next panel.',
    act: controller => turnPane(controller, 1),
  },
  {
    keys: ['shift-tab'],
    screens: ['experiments', 'live', 'compare'],
    help: 'Go to the previous panel.',
    act: controller => turnPane(controller, -1),
  },
  {
    keys: ['/'],
    screens: ['experiments', 'runs', 'live', 'run'],
    label: 'filter',
    help: 'Show only rows that contain these words. Enter keeps the filter; Esc clears it.',
    act: (controller, {state: {screen, lists}}) => {
      openPrompt(controller, 'filter', lists[filteredList(screen) ?? 'experiments'].filter);
    },
    cannot: snapshot =>
      filteredList(snapshot.state.screen) === 'heads' ? cannotWithoutTable(snapshot) : undefined,
  },
  {
    isDeliberate: true,
    keys: ['D'],
    screens: ['experiments', 'runs'],
    help: 'Dismiss the reminder about interrupted runs. R still resumes a run.',
    act: dismiss,
  },
  {
    keys: ['escape'],
    help: 'Go up: close a prompt, clear the filter, then the marks, or return to the list that opened this screen.',
    act: (controller, {data, state}) => {
      if (state.screen === 'data' && data.task !== undefined) askToCancelTask(controller);
      else controller.change(back);
    },
  },
  {
    keys: [':', 'ctrl-p'],
    label: 'commands',
    help: 'List all commands of this screen. Type to find one, Enter runs it.',
    act: controller => openPrompt(controller, 'palette'),
  },
  {
    keys: ['?'],
    label: 'help',
    help: 'Show all keys.',
    act: controller => controller.change({help: true, scroll: 0}),
  },
  {
    isDeliberate: true,
    keys: ['q'],
    label: 'quit',
    help: 'Quit. Asks whether to stop a run or leave it running.',
    act: quit,
  },
  {
    keys: ['ctrl-c'],
    help: 'Quit like q. A second Ctrl-C quits at once and kills the trainer.',
    act: quit,
  },
  {
    isDeliberate: true,
    keys: ['ctrl-z'],
    help: 'Suspend the interface and return to the shell; fg restores it. Training continues meanwhile.',
    act: controller => controller.suspend(),
  },
];
