import {readRunDefinition} from '../runs/run-definition.js';
import type {RunRecord} from '../runs/run-record.js';
import {ownValue} from '../util/own-value.js';

/** Keys of a definition with their values as text, such as `data.image.scale` and `3`. */
export type FlatDefinition = Readonly<Record<string, string>>;

/** Keys that are no part of the question: names, and what the program sets for each run. */
const IGNORED_KEYS = new Set([
  ...['name', 'description', 'expect'],
  ...['grouping.proposed', 'grouping.trainings', 'grouping.affinities'],
  ...['training.seed', 'data.seed', 'data.split.fold'],
]);

/** What a run was asked, in texts by their keys; undefined where its definition cannot be read. */
export function questionOf({
  folder,
  info,
}: Pick<RunRecord, 'folder' | 'info'>): FlatDefinition | undefined {
  const definition = readRunDefinition(folder);
  if (definition === undefined) return undefined;
  const asked = Object.entries(definition.values).filter(([key]) => !IGNORED_KEYS.has(key));
  return {
    ...Object.fromEntries(asked.map(([key, value]) => [key, String(value)])),
    // `--data` replaces what the file says.
    ...(info && {'data.root': info.dataRoot}),
  };
}

/** A design: its runs differ in nothing but the seed and the fold. */
export type Design = {
  readonly experiment: string;
  /** Id of its first run. */
  readonly id: string;
  /** Undefined where it cannot be read: the run is a design of its own. */
  readonly definition: FlatDefinition | undefined;
};

/** Equal for runs of one design, and for no others. */
export function designKey({experiment, id, definition}: Design): string {
  return definition === undefined ? id : JSON.stringify([experiment, definition]);
}

/** Longer values do not fit into a name. */
const MOST_CHARACTERS = 24;

/**
 * Short and unique names of designs: the experiment's, with the values of the keys in which designs of
 * one experiment differ, or the end of the first run's id where no value tells them apart.
 */
export function designNames(designs: readonly Design[]): string[] {
  return designs.map(design => {
    const {experiment, id} = design;
    if (experiment === '') return id;
    const namesakes = designs.filter(rival => rival.experiment === experiment);
    if (namesakes.length === 1) return experiment;
    const keys = tellingKeys(namesakes);
    const values = keys.map(key => `${lastPart(key)}=${valueOf(design, key) ?? '-'}`);
    const isAlone = namesakes.every(
      rival => rival === design || keys.some(key => valueOf(rival, key) !== valueOf(design, key)),
    );
    return [experiment, ...values, ...(isAlone ? [] : [id.slice(-4)])].join(' ');
  });
}

/** As few keys as tell most designs apart, in the order of the definition. */
function tellingKeys(designs: readonly Design[]): readonly string[] {
  const all = [...new Set(designs.flatMap(({definition}) => Object.keys(definition ?? {})))];
  const countBy = (keys: readonly string[]): number =>
    new Set(designs.map(design => JSON.stringify(keys.map(key => valueOf(design, key) ?? ''))))
      .size;
  return all
    .filter(key => designs.every(design => (valueOf(design, key) ?? '').length <= MOST_CHARACTERS))
    .reduce<readonly string[]>(
      (keys, key) => (countBy([...keys, key]) > countBy(keys) ? [...keys, key] : keys),
      [],
    );
}

function valueOf({definition}: Design, key: string): string | undefined {
  return ownValue(definition ?? {}, key);
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
