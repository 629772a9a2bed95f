import {schemaText} from '../experiment/json-schema.js';
import {experimentFileMarkdown} from '../experiment/markdown.js';
import {exitCodes} from '../util/exit-codes.js';

export const NOTE = '<!-- Written by `npm run docs`; change the source, not this file. -->';

/** Texts of the files that are generated from the program's tables, by path. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'experiments/experiment.schema.json': schemaText(),
    'docs/experiment-file.md': experimentFileMarkdown(NOTE),
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
