import type {InterfaceState} from './interface-state.js';

/** What a start changes in its experiments. */
export type StartChanges = {
  /** Overrides `KEY=VALUE`. */
  readonly set: readonly string[];
  readonly repeat: number | undefined;
  readonly data: string | undefined;
};

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
  const start = values.length === 0 ? '' : ` · next start: ${values.join(', ')}`;
  return dataFolder === undefined ? start : `${start} · data: ${dataFolder}`;
}
