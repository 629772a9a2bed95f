import path from 'node:path';
import {expandHome} from '../../util/expand-home.js';
import {lookAgain} from '../loading/load-data.js';
import type {TuiController} from '../controller.js';
import {chosenExperiments} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {
  cellColumns,
  closePrompt,
  openPrompt,
  refusePrompt,
  textChoice,
  type Choice,
  type PromptKind,
} from './prompt-kind.js';

/** Chooses the folder of the images for the starts of this session. */
export const folder: PromptKind = {
  title: 'Data folder',
  columns: cellColumns(['Folder', 20]),
  choices,
  empty: 'There is no such folder.',
  keys: {enter: 'open or use', tab: 'complete'},
};

/**
 * The folder that a typed path is in, as a full path, and the beginning of a name in it. What follows
 * two slashes is a path of its own: nobody has to delete what stands there first.
 */
export function placeOf(text: string): {readonly folder: string; readonly prefix: string} {
  const lastPath = text.replace(/^.*[/\\](?=[/\\]|~[/\\])/, '');
  const typed = expandHome(lastPath === '' ? './' : lastPath);
  if (/[/\\]$/.test(typed)) return {folder: path.resolve(typed), prefix: ''};
  return {folder: path.resolve(path.dirname(typed)), prefix: path.basename(typed)};
}

function choices({state, folder: listed}: Snapshot): readonly Choice[] {
  const text = state.prompt?.text ?? '';
  const {folder: current, prefix} = placeOf(text);
  if (listed.path !== current) return [];
  if (listed.fault !== undefined) {
    const {text: fault, nearest} = listed.fault;
    return [
      textChoice(`${fault} Enter goes to ${nearest}`, go => type(go, path.join(nearest, '/'))),
    ];
  }
  // What was typed before the name stays as it is: ~ and .. are shorter than full paths.
  const start = text.slice(0, text.length - prefix.length);
  const fitting = listed.names.filter(name => name.toLowerCase().startsWith(prefix.toLowerCase()));
  const rows = fitting.map(name => ({
    ...textChoice(name, controller => {
      if (name.endsWith('/')) type(controller, `${start}${name}`);
      else use(controller, path.join(current, name));
    }),
    completion: `${start}${name}`,
  }));
  if (prefix !== '') return rows;
  return [
    textChoice(`Use ${current}`, controller => use(controller, current)),
    ...rows,
    textChoice('../', controller => type(controller, `${path.join(current, '..')}${path.sep}`)),
  ];
}

function type(controller: TuiController, text: string): void {
  openPrompt(controller, 'folder', text.replace(/\/+$/, '/'));
}

/** Takes a folder, unless the chosen experiments find no data in it. */
function use(controller: TuiController, dataFolder: string): void {
  controller.background(async () => {
    const experiments = chosenExperiments(controller.snapshot.get()).flatMap(
      ({parsed}) => parsed ?? [],
    );
    for (const experiment of experiments) {
      const problem = await controller.services.dataProblem(experiment, dataFolder);
      if (problem === undefined) continue;
      refusePrompt(controller, problem.text);
      return;
    }
    closePrompt(controller);
    controller.change({dataFolder});
    controller.notify(`The next starts read ${dataFolder}.`, 'good');
    await readDataAgain(controller);
  });
}

/** Looks at the data again, whose folder has changed. */
export async function readDataAgain(controller: TuiController): Promise<void> {
  await controller.readExperiments();
  if (controller.state.screen === 'data') lookAgain(controller);
  else controller.update({data: {...controller.snapshot.get().data, asked: undefined}});
}
