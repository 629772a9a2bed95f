import type {ListedExperiment} from '../../experiment/load.js';
import {messageOf} from '../../util/user-error.js';
import type {Interface} from '../interface.js';
import {noData, type DataTask} from '../state/data-state.js';
import {cursorKey} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';

/** The experiment whose data is shown: the one under the cursor. */
export function askedExperiment({experiments, state}: Snapshot): ListedExperiment | undefined {
  const key = cursorKey(
    state.lists.experiments,
    experiments.map(({name}) => name),
  );
  return experiments.find(({name}) => name === key);
}

const EXAMPLES = 6;

const looking = new WeakMap<Interface, AbortController>();

/** Looks at the data of the experiment under the cursor, unless that was done. */
export function lookAtData(to: Interface): void {
  const snapshot = to.snapshot.get();
  const entry = askedExperiment(snapshot);
  if (entry === undefined || snapshot.data.asked === entry.name) return;
  looking.get(to)?.abort();
  const abort = new AbortController();
  looking.set(to, abort);
  const {task} = snapshot.data;
  to.update({data: {...noData, asked: entry.name, loading: true, task}});
  const show = (change: Partial<Snapshot['data']>): void => {
    const {data} = to.snapshot.get();
    if (data.asked === entry.name) to.update({data: {...data, loading: false, ...change}});
  };
  to.services
    .dataInfo({experiment: entry.path}, abort.signal)
    .then(async info => {
      show({info});
      show({examples: await to.services.examples(entry.path, EXAMPLES)});
    })
    .catch((error: unknown) => show({error: messageOf(error)}));
}

export function lookAgain(to: Interface): void {
  const {data} = to.snapshot.get();
  to.update({data: {...data, asked: undefined}});
  lookAtData(to);
}

/** Draws the sample faces or prepares the images, with a bar. */
export function startTask(to: Interface, what: DataTask['what']): void {
  const entry = askedExperiment(to.snapshot.get());
  if (entry === undefined) return;
  const show = (task: DataTask | undefined): void =>
    to.update({data: {...to.snapshot.get().data, task}});
  const text = what === 'sample' ? 'Sample faces, once for this machine' : entry.name;
  show({what, text, done: 0, total: 0});
  to.background(async () => {
    try {
      const said = await to.services.dataTask(
        what,
        {experiment: entry.path},
        (done, total) => show({what, text, done, total}),
        new AbortController().signal,
      );
      to.notify(said, 'good');
    } finally {
      show(undefined);
      lookAgain(to);
    }
  });
}
