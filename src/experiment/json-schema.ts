import * as z from 'zod';
import {ExperimentFile} from './schema.js';

/** The part of JSON Schema that zod uses for an experiment. */
export type SchemaNode = {
  readonly type?: string;
  readonly description?: string;
  /** Where the keys of a map are documented that comes in several places. */
  readonly $comment?: string;
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

let schema: SchemaNode | undefined;

/** JSON Schema of an experiment file, written out at every place. */
export function experimentJsonSchema(): SchemaNode {
  schema ??= z.toJSONSchema(ExperimentFile, {io: 'input', reused: 'inline'}) as SchemaNode;
  return schema;
}

/** The text of `experiment.schema.json`, for editors: what is in several places is there once. */
export function schemaText(): string {
  const once = z.toJSONSchema(ExperimentFile, {io: 'input', reused: 'ref'});
  return `${JSON.stringify(once, null, 2)}\n`;
}

/** The alternatives of a node, or the node itself where it has none. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const inner = node.anyOf ?? node.oneOf;
  return inner === undefined ? [node] : inner.flatMap(alternatives);
}

/** Whether two keys of a map exclude each other, as scale and size do. */
export function areRivals(
  above: readonly (string | number)[],
  key: string | number,
  rival: string | number,
): boolean {
  const keys = keysAt(above);
  if (key === rival || !keys.includes(String(key)) || !keys.includes(String(rival))) return false;
  return !nodesAt(above).some(
    ({properties = {}}) => Object.hasOwn(properties, key) && Object.hasOwn(properties, rival),
  );
}

/** Valid keys at a place of the file; none where the place is no map. */
export function keysAt(path: readonly (string | number)[]): string[] {
  const names = nodesAt(path).flatMap(node => Object.keys(node.properties ?? {}));
  return [...new Set(names)];
}

/** The schema of a place of the file. */
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
