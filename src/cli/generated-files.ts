import {experimentFileMarkdown} from '../experiment/markdown.js';
import {exitCodes} from '../util/exit-codes.js';
import {schemaText} from './schema.js';

export const NOTE = '<!-- Written by `npm run docs`; change the source, not this file. -->';

/** Every file that is made from a table of the program: path from the top, and text. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'experiments/experiment.schema.json': schemaText(),
    'docs/experiment-file.md': experimentFileMarkdown(NOTE),
    'docs/exit-codes.md': exitCodesMarkdown(),
  };
}

function exitCodesMarkdown(): string {
  const rows = Object.entries(exitCodes)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `${['# Exit codes', '', NOTE, '', '| code | meaning |', '| ---: | --- |', ...rows].join('\n')}\n`;
}
