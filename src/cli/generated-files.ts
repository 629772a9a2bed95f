import {alternatives, experimentJsonSchema, type SchemaNode} from '../experiment/json-schema.js';
import {exitCodes} from '../util/exit-codes.js';
import {schemaText} from './schema.js';

const NOTE = '<!-- Written by `npm run docs`; change the source, not this file. -->';

/** Every file that is made from a table of the program: path from the top, and text. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'experiments/experiment.schema.json': schemaText(),
    'docs/experiment-file.md': experimentFileMarkdown(),
    'docs/exit-codes.md': exitCodesMarkdown(),
  };
}

function exitCodesMarkdown(): string {
  const rows = Object.entries(exitCodes)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `${['# Exit codes', '', NOTE, '', '| code | meaning |', '| ---: | --- |', ...rows].join('\n')}\n`;
}

function experimentFileMarkdown(): string {
  const rows = keyRows(experimentJsonSchema(), '');
  return `${['# The experiment file', '', NOTE, '', '| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')}\n`;
}

function keyRows(node: SchemaNode, path: string): string[] {
  return alternatives(node).flatMap(branch => {
    const own = Object.entries(branch.properties ?? {}).flatMap(([key, child]) =>
      keyRow(child, path === '' ? key : `${path}.${key}`),
    );
    const item =
      branch.items === undefined ||
      alternatives(branch.items).every(({properties}) => properties === undefined);
    return item ? own : [...own, ...keyRows(branch.items, `${path}[]`)];
  });
}

function keyRow(node: SchemaNode, path: string): string[] {
  const fallback = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
  const cells = [`\`${path}\``, valueText(node), fallback, node.description ?? ''];
  return [
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`,
    ...keyRows(node, path),
  ];
}

function valueText(node: SchemaNode): string {
  return [...new Set(alternatives(node).map(oneValue))].join(' or ');
}

function oneValue(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map(String).join(', ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.properties !== undefined || node.type === 'object') return 'map';
  if (node.type === 'array')
    return node.prefixItems === undefined
      ? 'list'
      : `[${node.prefixItems.map(oneValue).join(', ')}]`;
  return `${node.type ?? 'anything'}${bounds(node)}`;
}

function bounds({minimum, maximum, exclusiveMinimum, exclusiveMaximum}: SchemaNode): string {
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : `over ${exclusiveMinimum}`);
  const high =
    maximum ?? (exclusiveMaximum === undefined ? undefined : `under ${exclusiveMaximum}`);
  if (low === undefined && high === undefined) return '';
  return ` (${[low ?? '', high ?? ''].join(' to ').trim()})`;
}
