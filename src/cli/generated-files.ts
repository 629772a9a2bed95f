import {
  alternatives,
  experimentJsonSchema,
  schemaText,
  type SchemaNode,
} from '../experiment/json-schema.js';
import {valueText} from '../experiment/value-text.js';
import {exitCodes} from '../util/exit-codes.js';

export const NOTE = '<!-- Written by `npm run docs`; change the source, not this file. -->';

/** Texts of the files that are generated from the program's tables, by path. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'experiments/experiment.schema.json': schemaText(),
    'docs/exit-codes.md': exitCodesMarkdown(),
  };
}

/** Documents with frames of the interface between `<!-- frame: NAME -->` and `<!-- /frame -->`. */
export const documentsWithFrames = ['README.md', 'docs/interface.md'] as const;

/**
 * Puts recorded frames of the interface into a document.
 *
 * @param markdown  The document, with or without frames between its marks.
 * @param readFrame Returns the frame of a name, such as `live-80x24`.
 */
export function withFrames(markdown: string, readFrames: (scene: string) => string): string {
  return markdown.replaceAll(
    /(<!-- frame: (\S+)-(\d+x\d+) -->\n)[^]*?(<!-- \/frame -->)/g,
    (_block, start: string, scene: string, size: string, end: string) =>
      `${start}\n\`\`\`\n${frameIn(readFrames(scene), size)}\n\`\`\`\n\n${end}`,
  );
}

/** The frame of a size: each follows a line such as `= 80x24 =`. */
function frameIn(frames: string, size: string): string {
  const [, after = ''] = `\n${frames}`.split(`\n= ${size} =\n`);
  return (after.split(/\n= \d+x\d+ =\n/)[0] ?? '').trimEnd();
}

function exitCodesMarkdown(): string {
  const rows = Object.entries(exitCodes)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `${['# Exit codes', '', NOTE, '', '| code | meaning |', '| ---: | --- |', ...rows].join('\n')}\n`;
}

/** The document with every key of the experiment file between `<!-- keys: … -->` and `<!-- /keys -->`. */
export const documentWithKeys = 'docs/experiment-file.md';

/** Puts the table of the keys into a document: values, default and meaning of each. */
export function withKeys(markdown: string): string {
  const titles = ['| key | value | default | meaning |', '| --- | --- | --- | --- |'];
  const table = [...titles, ...keyRows(experimentJsonSchema(), '')].join('\n');
  return markdown.replace(
    /(<!-- keys: [^]*? -->\n)[^]*?(<!-- \/keys -->)/,
    (_block, start: string, end: string) => `${start}\n${table}\n\n${end}`,
  );
}

function keyRows(node: SchemaNode, path: string): string[] {
  return alternatives(node).flatMap(branch => {
    const rows = Object.entries(branch.properties ?? {}).flatMap(([key, child]) =>
      keyRow(child, path === '' ? key : `${path}.${key}`),
    );
    const hasPlainItems =
      branch.items === undefined ||
      // Its keys stand elsewhere.
      branch.items.$comment !== undefined ||
      alternatives(branch.items).every(({properties}) => properties === undefined);
    return hasPlainItems ? rows : [...rows, ...keyRows(branch.items, `${path}[]`)];
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
