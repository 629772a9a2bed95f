import type {ListedExperiment} from '../../experiment/load.js';
import type {StartChanges} from '../services.js';
import type {InterfaceState} from './interface-state.js';
import {cursorKey} from './lists.js';
import {visibleExperiments} from './selectors.js';
import type {Snapshot} from './snapshot.js';

type Experiments = Pick<Snapshot, 'experiments' | 'state'>;

export function experimentUnderCursor(snapshot: Experiments): ListedExperiment | undefined {
  const entries = visibleExperiments(snapshot);
  const key = cursorKey(
    snapshot.state.lists.experiments,
    entries.map(({name}) => name),
  );
  return entries.find(({name}) => name === key);
}

/** The marked experiments in the order of the list; without marks, the experiment under the cursor. */
export function chosenExperiments(snapshot: Experiments): readonly ListedExperiment[] {
  const {marked} = snapshot.state.lists.experiments;
  const all = snapshot.experiments.filter(({name}) => marked.has(name));
  const single = experimentUnderCursor(snapshot);
  return all.length > 0 ? all : single === undefined ? [] : [single];
}

/** Among the values for the next start, the number of runs of each experiment: no key of the file. */
export const REPEAT = 'repeat';

/** The folder of the images: it stays for the starts of the session, whichever prompt sets it. */
const DATA_ROOT = 'data.root';

type Changed = Pick<InterfaceState, 'nextStart' | 'dataFolder'>;

/** The values that the next start changes, by their keys. */
export function changedValues({nextStart, dataFolder}: Changed): Readonly<Record<string, string>> {
  return dataFolder === undefined ? nextStart : {...nextStart, [DATA_ROOT]: dataFolder};
}

/** Sets a value for the next start. @param value '': as in the file. */
export function withValue(changed: Changed, key: string, value: string): Changed {
  const {[key]: _before, ...rest} = changedValues(changed);
  const values = value === '' ? rest : {...rest, [key]: value};
  const {[DATA_ROOT]: dataFolder, ...nextStart} = values;
  return {nextStart, dataFolder};
}

/** What the next start changes, as the program takes it. */
export function startChanges({nextStart, dataFolder}: Changed): StartChanges {
  const {[REPEAT]: repeat, ...set} = nextStart;
  return {
    set: Object.entries(set).map(([key, value]) => `${key}=${value}`),
    repeat: repeat === undefined ? undefined : Number(repeat),
    data: dataFolder,
  };
}

/** Names what the next start changes; '' where it changes nothing. */
export function nextStartText({nextStart, dataFolder}: InterfaceState): string {
  const values = Object.entries(nextStart).map(
    ([key, value]) => `${key.split('.').at(-1) ?? key}=${value}`,
  );
  return [
    ...(values.length === 0 ? [] : [`next start: ${values.join(', ')}`]),
    ...(dataFolder === undefined ? [] : [`data: ${dataFolder}`]),
  ]
    .map(text => ` · ${text}`)
    .join('');
}
