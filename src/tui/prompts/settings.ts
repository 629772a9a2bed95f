import {isPlain} from '../../experiment/flatten.js';
import type {Experiment} from '../../experiment/schema.js';
import {messageOf} from '../../util/user-error.js';
import type {TuiController} from '../controller.js';
import {changedValues, REPEAT, startChanges, withValue} from '../state/next-start.js';
import {passes} from '../state/lists.js';
import {chosenExperiments} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {fieldOf} from '../state/text-field.js';
import {readDataAgain} from './folder.js';
import {
  cellColumns,
  openPrompt,
  refusePrompt,
  type Choice,
  type PromptKind,
} from './prompt-kind.js';

/** Keys of the definition that people change most. */
const FIRST = ['training.epochs', 'training.seed', REPEAT, 'training.batchSize', 'data.root'];
const MAX_REPEAT = 1000;

/** Values of any key for the next start. The file does not change. */
export const settings: PromptKind = {
  title: 'Next start: KEY or KEY=VALUE',
  columns: cellColumns(['Key', 16], ['Next start', 10], ['In the file', 16]),
  choices,
  empty: 'No key has these letters. KEY=VALUE sets any key.',
  keys: {enter: 'set', tab: 'present value', delete: 'as in the file'},
};

/** The keys that fit what is typed; once it has a value, Enter sets it. */
function choices(snapshot: Snapshot): readonly Choice[] {
  const text = snapshot.state.prompt?.text ?? '';
  const values = changedValues(snapshot.state);
  const inFile = valuesInFile(snapshot);
  if (text.includes('=')) return [assignment(text, inFile, values)];
  const keys = [...new Set([...FIRST, ...Object.keys(values), ...inFile.keys()])];
  return keys
    .filter(key => passes(text, key))
    .map(key => {
      const changed = values[key];
      const value = inFile.get(key) ?? '';
      return {
        key,
        cells: [{text: key}, {text: changed ?? '', role: 'accent'}, {text: value, role: 'faint'}],
        enter: controller => openPrompt(controller, 'settings', `${key}=`),
        remove: controller => set(controller, key, ''),
      };
    });
}

/** Tab takes the present value, to change a part of it. */
function assignment(
  text: string,
  inFile: ReadonlyMap<string, string>,
  values: Readonly<Record<string, string>>,
): Choice {
  const equals = text.indexOf('=');
  const [key, value] = [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
  const fileValue = inFile.get(key);
  const asInFile = fileValue === undefined ? 'as in the file' : `as in the file: ${fileValue}`;
  return {
    key,
    cells: [{text: key}, {text: value === '' ? asInFile : value, role: 'accent'}],
    completion: `${key}=${values[key] ?? fileValue ?? ''}`,
    enter: controller => set(controller, key, value),
  };
}

/** Sets a key for the next start, unless the chosen experiments would not be valid. @param value '': as in the file. */
function set(controller: TuiController, key: string, value: string): void {
  const before = controller.state.dataFolder;
  const changed = withValue(controller.state, key, value);
  const paths = chosenExperiments(controller.snapshot.get()).map(({path}) => path);
  controller.background(async () => {
    const problem = await problemOf(controller, paths, changed);
    if (problem !== undefined) {
      refusePrompt(controller, problem);
      return;
    }
    controller.change(({prompt}) => ({...changed, prompt: prompt && {...prompt, ...fieldOf('')}}));
    if (changed.dataFolder !== before) await readDataAgain(controller);
  });
}

async function problemOf(
  controller: TuiController,
  paths: readonly string[],
  changed: ReturnType<typeof withValue>,
): Promise<string | undefined> {
  const repeat = changed.nextStart[REPEAT];
  const isWhole = /^\d+$/.test(repeat ?? '1');
  const runs = Number(repeat ?? 1);
  if (!isWhole || runs < 1 || runs > MAX_REPEAT)
    return `${REPEAT}: Expected a whole number from 1 to ${MAX_REPEAT}; received ${JSON.stringify(repeat)}.`;
  try {
    await controller.services.checkStart(paths, startChanges(changed));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** The values of the chosen experiments by key; several where a matrix or the experiments differ. */
function valuesInFile(snapshot: Snapshot): ReadonlyMap<string, string> {
  const all = chosenExperiments(snapshot).flatMap(({parsed}) => parsed?.variants ?? []);
  const values = new Map<string, Set<string>>();
  for (const {experiment} of all)
    for (const [key, value] of leavesOf(experiment))
      values.set(key, (values.get(key) ?? new Set()).add(value));
  return new Map([...values].map(([key, texts]) => [key, [...texts].join(' | ')]));
}

/** Values in YAML by their keys, such as `model.layers[0].conv2d.filters`. */
function leavesOf(value: Experiment | object, path = ''): (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const key = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const isBranch =
      typeof inner === 'object' && inner !== null && !(Array.isArray(inner) && isPlain(inner));
    return isBranch ? leavesOf(inner, key) : [[key, yamlText(inner)] as const];
  });
}

/** JSON is YAML; plain words need no quotes. */
function yamlText(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z][\w./ -]*$/.test(value)
    ? value
    : (JSON.stringify(value) ?? '');
}
