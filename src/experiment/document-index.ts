import {isAlias, isMap, isNode, isScalar, isSeq, type Document, type Scalar} from 'yaml';
import type {Problem} from './problems.js';

type Path = readonly (string | number)[];

/** Offsets in the text of a key (none for an item of a list) and of its value. */
type Offsets = {readonly key: number | undefined; readonly value: number | undefined};

export type SourceIndex = {
  readonly places: PlaceMap;
  /** What the parser lets pass and no experiment may have. */
  readonly problems: readonly (Problem & {readonly offset: number})[];
};

const MAX_DEPTH = 50;
/** Of a text without aliases it cannot be reached: each value takes two characters. */
const MAX_NODES = 110_000;
/** The key that takes over the keys of other maps. */
export const MERGE = '<<';

/** Walks a document once: where everything is, keys given twice, and keys that no object may have. */
export function indexDocument(document: Document): SourceIndex {
  const places = new PlaceMap();
  const problems: (Problem & {readonly offset: number})[] = [];
  const anchors = new Map<string, unknown>();

  const expansion = new Expansion();
  const visit = (node: unknown, path: Path): void => {
    visitNode(node, path);
    expansion.add(node);
  };

  const visitNode = (node: unknown, path: Path): void => {
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
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined)
      anchors.set(node.anchor, node);
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
    if (name === MERGE && !isQuoted(key) && !isMergeSource(value, anchors))
      refuse(name, `Expected an *alias of a map, or a list of such; received something else.`);
    const own = [...path, name];
    if (name === '__proto__') refuse(name, 'No key may have this name.');
    else if (places.get(own) !== undefined)
      refuse(name, 'This key stands here a second time. Expected each key once.');
    else places.set(own, {key: startOf(key), value: startOf(value)});
    visit(value, own);
  };

  visit(document.contents, []);
  if (expansion.nodes > MAX_NODES) {
    const message = `Its aliases multiply. Expected at most ${MAX_NODES} values with all of them written out.`;
    problems.push({path: [], message, offset: 0});
  }
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

/** How many values a document has once every alias is written out. */
class Expansion {
  readonly #sizes = new Map<unknown, number>();
  readonly #anchors = new Map<string, number>();
  /** Of the node that was added last, with all below it. */
  nodes = 0;

  /** @param node One whose children were added before. */
  add(node: unknown): void {
    this.nodes = 1 + this.#below(node);
    this.#sizes.set(node, this.nodes);
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined)
      this.#anchors.set(node.anchor, this.nodes);
  }

  #below(node: unknown): number {
    const sizeOf = (child: unknown): number => this.#sizes.get(child) ?? 1;
    if (isAlias(node)) return this.#anchors.get(node.source) ?? 0;
    if (isSeq(node)) return node.items.reduce<number>((sum, item) => sum + sizeOf(item), 0);
    if (!isMap(node)) return 0;
    return node.items.reduce((sum, {value}) => sum + sizeOf(value), 0);
  }
}

function isQuoted({type}: Scalar): boolean {
  return type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
}

/** Whether a map, an alias of one, or a list of these. */
function isMergeSource(value: unknown, anchors: ReadonlyMap<string, unknown>): boolean {
  const isSource = (item: unknown): boolean =>
    isMap(isAlias(item) ? anchors.get(item.source) : item);
  return isSeq(value) ? value.items.every(isSource) : isSource(value);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
