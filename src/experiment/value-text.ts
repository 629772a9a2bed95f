import {listed} from '../util/format.js';
import {alternatives, keysAt, nodesAt, type SchemaNode} from './json-schema.js';

/** The valid values of a node, such as `integer (1 to 512) or [integer, integer]`. */
export function valueText(node: SchemaNode): string {
  return [...new Set(alternatives(node).map(kindText))].join(' or ');
}

/** The valid values at a place of the file, for a message; lists the keys of a map. */
export function expectedAt(path: readonly (string | number)[]): string {
  const keys = keysAt(path);
  const texts = nodesAt(path).map(node => {
    if (node.properties === undefined) return kindText(node);
    return keys.length === 0 ? 'a map' : `a map with ${listed(keys)}`;
  });
  return [...new Set(texts)].join(' or ');
}

function kindText(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map(String).join(', ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.properties !== undefined || node.type === 'object') return 'map';
  if (node.type === 'array')
    return node.prefixItems === undefined
      ? 'list'
      : `[${node.prefixItems.map(kindText).join(', ')}]`;
  return `${node.type ?? 'anything'}${bounds(node)}`;
}

function bounds({minimum, maximum, exclusiveMinimum, exclusiveMaximum}: SchemaNode): string {
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : `over ${exclusiveMinimum}`);
  const high =
    maximum ?? (exclusiveMaximum === undefined ? undefined : `under ${exclusiveMaximum}`);
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return ` (${exclusiveMinimum === undefined ? `${low} or more` : low})`;
  return ` (${[low ?? '', high].join(' to ').trim()})`;
}
