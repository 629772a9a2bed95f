import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {experimentUnderCursor} from '../state/selectors.js';
import {noData, type DataTask, type Snapshot} from '../state/snapshot.js';

const EXAMPLES = 6;

const looking = new WeakMap<TuiController, AbortController>();
const working = new WeakMap<TuiController, AbortController>();

/** Looks at the data of the experiment under the cursor, unless that was done. */
export function lookAtData(controller: TuiController): void {
  const snapshot = controller.snapshot.get();
  const entry = experimentUnderCursor(snapshot);
  if (entry === undefined || snapshot.data.asked === entry.name) return;
  looking.get(controller)?.abort();
  const abort = new AbortController();
  looking.set(controller, abort);
  const {task} = snapshot.data;
  const question = {experiment: entry.path, data: snapshot.state.dataFolder};
  controller.update({data: {...noData, asked: entry.name, loading: true, task}});
  const show = (change: Partial<Snapshot['data']>): void => {
    const {data} = controller.snapshot.get();
    if (data.asked === entry.name) controller.update({data: {...data, loading: false, ...change}});
  };
  controller.services
    .dataInfo(question, abort.signal)
    .then(async info => {
      show({info});
      show({examples: await controller.services.examples(question, EXAMPLES)});
    })
    .catch((error: unknown) => show({error: messageOf(error)}));
}

export function lookAgain(controller: TuiController): void {
  const {data} = controller.snapshot.get();
  controller.update({data: {...data, asked: undefined}});
  lookAtData(controller);
}

/** Asks whether to cancel what the program does with the data. */
export function askToCancelTask(controller: TuiController): void {
  const what = {sample: 'drawing', prepare: 'preparing', fetch: 'fetching'};
  const {task} = controller.snapshot.get().data;
  if (task === undefined) return;
  controller.confirm(`Cancel ${what[task.what]}?`, 'cancel it', 'continue', () =>
    working.get(controller)?.abort(),
  );
}

/**
 * Draws the sample faces, prepares the images or fetches CelebA, with a bar.
 *
 * @param data Folder of the images.
 */
export function startTask(
  controller: TuiController,
  what: DataTask['what'],
  data = controller.state.dataFolder,
): void {
  const entry = experimentUnderCursor(controller.snapshot.get());
  if (entry === undefined) return;
  const show = (task: DataTask | undefined): void =>
    controller.update({data: {...controller.snapshot.get().data, task}});
  const text = {
    sample: 'Sample faces, once for this machine',
    prepare: entry.name,
    fetch: data ?? '',
  }[what];
  const abort = new AbortController();
  working.set(controller, abort);
  show({what, text, done: 0, total: 0});
  controller.background(async () => {
    try {
      const message = await controller.services.dataTask(
        what,
        {experiment: entry.path, data},
        (done, total) => show({what, text, done, total}),
        abort.signal,
      );
      controller.notify(message, 'good');
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      const files = what === 'fetch' ? ' What was downloaded stays: fetch again to continue.' : '';
      controller.notify(`Cancelled.${files}`);
    } finally {
      show(undefined);
      lookAgain(controller);
      await controller.readExperiments();
    }
  });
}
