import {z} from 'zod';
import {ExperimentFile} from './schema.js';

/** The part of JSON Schema that zod writes for an experiment. */
export type SchemaNode = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
};

let made: SchemaNode | undefined;

/** JSON Schema of an experiment file: what editors complete and check with. */
export function experimentJsonSchema(): SchemaNode {
  made ??= z.toJSONSchema(ExperimentFile, {io: 'input', reused: 'inline'}) as SchemaNode;
  return made;
}

/** The same as a file. */
export function schemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
}

/** The alternatives of a node, or the node itself where it has none. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const inner = node.anyOf ?? node.oneOf;
  return inner === undefined ? [node] : inner.flatMap(alternatives);
}

/** Whether two keys of one map exclude each other, as scale and size do. */
export function areRivals(
  above: readonly (string | number)[],
  one: string | number,
  other: string | number,
): boolean {
  const known = keysAt(above);
  if (one === other || !known.includes(String(one)) || !known.includes(String(other))) return false;
  return !nodesAt(above).some(
    ({properties = {}}) => Object.hasOwn(properties, one) && Object.hasOwn(properties, other),
  );
}

/** Names that a key may have at a place of the file; none where the place is no map. */
export function keysAt(path: readonly (string | number)[]): string[] {
  const names = nodesAt(path).flatMap(node => Object.keys(node.properties ?? {}));
  return [...new Set(names)];
}

/** What may stand at a place of the file. */
export function nodesAt(path: readonly (string | number)[]): readonly SchemaNode[] {
  return path.reduce<readonly SchemaNode[]>(
    (nodes, key) => nodes.flatMap(node => child(node, key)).flatMap(alternatives),
    alternatives(experimentJsonSchema()),
  );
}

function child(node: SchemaNode, key: string | number): readonly SchemaNode[] {
  if (key === '__proto__') return [];
  if (typeof key === 'number') return [node.prefixItems?.[key] ?? node.items ?? []].flat();
  const {properties, additionalProperties} = node;
  if (properties !== undefined && Object.hasOwn(properties, key))
    return [properties[key] as SchemaNode];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}
