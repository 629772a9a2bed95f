import {alternatives, experimentJsonSchema, type SchemaNode} from './json-schema.js';
import {fileNotes} from './file-notes.js';
import {valueText} from './value-text.js';

/**
 * `docs/experiment-file.md`: every key of the file with its values, default and meaning, and notes.
 *
 * @param note Says that the file is generated.
 */
export function experimentFileMarkdown(note: string): string {
  const head = ['# The experiment file', '', note, ''];
  const titles = ['| key | value | default | meaning |', '| --- | --- | --- | --- |'];
  const notes = fileNotes.flatMap(({title, text}) => ['', `## ${title}`, '', text]);
  return `${[...head, ...titles, ...keyRows(experimentJsonSchema(), ''), ...notes].join('\n')}\n`;
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
