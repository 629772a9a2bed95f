import {isAlias, isMap, isNode, isScalar, isSeq, type Document, type Scalar} from 'yaml';
import type {Path, Problem} from './problems.js';

/** Offsets of a key and of its value in the text; an item of a list has no key. */
type Offsets = {readonly key: number | undefined; readonly value: number | undefined};

export type SourceIndex = {
  readonly places: PlaceMap;
  /** What the parser accepts but an experiment may not contain. */
  readonly problems: readonly (Problem & {readonly offset: number})[];
};

const MAX_DEPTH = 50;
/** Only aliases can exceed it: without them, each value takes two characters. */
const MAX_NODES = 110_000;
/** The key that merges the keys of other maps. */
export const MERGE = '<<';

/** Walks a document once for the places of its keys, duplicate keys and forbidden keys. */
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
      problems.push({path: path.slice(0, 3), message: 'The value is nested too deeply.', offset});
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
    const report = (name: string, message: string): void => {
      problems.push({path: [...path, name], message, atKey: true, offset});
    };
    if (!isScalar(key)) {
      report('?', 'A key must be text. Expected text; received a list, a map or an alias.');
      return;
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
    if (name === MERGE && !isQuoted(key) && !isMergeSource(value, anchors))
      report(
        name,
        'Expected an *alias of a map, or a list of such aliases; received something else.',
      );
    const keyPath = [...path, name];
    if (name === '__proto__') report(name, 'This name is not allowed for a key.');
    else if (places.get(keyPath) !== undefined)
      report(name, 'This key is a duplicate. Expected each key once.');
    else places.set(keyPath, {key: startOf(key), value: startOf(value)});
    visit(value, keyPath);
  };

  visit(document.contents, []);
  if (expansion.nodes > MAX_NODES) {
    const message = `The aliases expand to too many values. Expected at most ${MAX_NODES} values with all aliases written out.`;
    problems.push({path: [], message, offset: 0});
  }
  return {places, problems};
}

/** A map whose keys are paths; different paths never collide, whatever the names contain. */
export class PlaceMap {
  readonly #places = new Map<string, Offsets>();

  get(path: Path): Offsets | undefined {
    return this.#places.get(JSON.stringify(path.map(String)));
  }

  set(path: Path, offsets: Offsets): void {
    this.#places.set(JSON.stringify(path.map(String)), offsets);
  }
}

/** Counts the values of a document with every alias written out. */
class Expansion {
  readonly #sizes = new Map<unknown, number>();
  readonly #anchors = new Map<string, number>();
  /** Number of values of the last added node and all below it. */
  nodes = 0;

  /** @param node A node whose children were added before. */
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

/** Whether a value is a map, an alias of a map, or a list of these. */
function isMergeSource(value: unknown, anchors: ReadonlyMap<string, unknown>): boolean {
  const isSource = (item: unknown): boolean =>
    isMap(isAlias(item) ? anchors.get(item.source) : item);
  return isSeq(value) ? value.items.every(isSource) : isSource(value);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
