import {isAlias, isMap, isNode, isScalar, isSeq, type Document} from 'yaml';
import type {Problem} from './problems.js';

type Path = readonly (string | number)[];

/** Offsets in the text of a key (none for an item of a list) and of its value. */
export type Offsets = {readonly key: number | undefined; readonly value: number | undefined};

export type SourceIndex = {
  readonly places: PlaceMap;
  /** What the parser lets pass and no experiment may have. */
  readonly problems: readonly (Problem & {readonly offset: number})[];
};

const MAX_DEPTH = 50;

/** Walks a document once: where everything is, keys given twice, and keys that no object may have. */
export function indexDocument(document: Document): SourceIndex {
  const places = new PlaceMap();
  const problems: (Problem & {readonly offset: number})[] = [];
  const anchors = new Set<string>();

  const visit = (node: unknown, path: Path): void => {
    const offset = startOf(node) ?? 0;
    if (path.length > MAX_DEPTH) {
      problems.push({path: path.slice(0, 3), message: 'Nested too deeply.', offset});
      return;
    }
    if (isAlias(node)) {
      if (!anchors.has(node.source))
        problems.push({path, message: `*${node.source} names no &anchor above it.`, offset});
      return;
    }
    if (isMap(node)) for (const {key, value} of node.items) visitPair(key, value, path);
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        places.set([...path, index], {key: undefined, value: startOf(item)});
        visit(item, [...path, index]);
      });
    }
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) anchors.add(node.anchor);
  };

  const visitPair = (key: unknown, value: unknown, path: Path): void => {
    const offset = startOf(key) ?? 0;
    const refuse = (name: string, message: string): void => {
      problems.push({path: [...path, name], message, atKey: true, offset});
    };
    if (!isScalar(key)) {
      refuse('?', 'A key is a word here. Expected text; received a list, a map or an alias.');
      return;
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
    const own = [...path, name];
    if (name === '__proto__') refuse(name, 'No key may have this name.');
    else if (places.get(own) !== undefined)
      refuse(name, 'This key stands here a second time. Expected each key once.');
    else places.set(own, {key: startOf(key), value: startOf(value)});
    visit(value, own);
  };

  visit(document.contents, []);
  return {places, problems};
}

/** A map whose keys are paths; nothing that stands in a name can make two paths one. */
export class PlaceMap {
  readonly #places = new Map<string, Offsets>();

  get(path: Path): Offsets | undefined {
    return this.#places.get(JSON.stringify(path.map(String)));
  }

  set(path: Path, offsets: Offsets): void {
    this.#places.set(JSON.stringify(path.map(String)), offsets);
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
