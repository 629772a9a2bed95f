/**
 * What a spreadsheet takes for a formula and runs when it opens the file: the first characters that
 * OWASP's page on CSV injection lists, and their full-width forms.
 */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A cell of text that others may have chosen: `=1+1` is written as `'=1+1`, as OWASP advises. */
export function csvText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** A cell with the path of a file: `=1.jpg` is written as `./=1.jpg`, which names the same file. */
export function csvPath(file: string): string {
  return FORMULA.test(file) ? `./${file}` : file;
}

/** The path that `csvPath` wrote. */
export function pathFromCsv(text: string): string {
  return text.startsWith('./') && FORMULA.test(text.slice(2)) ? text.slice(2) : text;
}
