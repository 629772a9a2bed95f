/**
 * The start of a text that a spreadsheet runs as a formula: the characters of OWASP's page on CSV
 * injection and their full-width forms.
 */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A cell of untrusted text: `=1+1` becomes `'=1+1`, as OWASP advises. */
export function csvText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** A cell with the path of a file: `=1.jpg` becomes `./=1.jpg`, which names the same file. */
export function csvPath(file: string): string {
  return FORMULA.test(file) ? `./${file}` : file;
}

/** The inverse of `csvPath`. */
export function pathFromCsv(text: string): string {
  return text.startsWith('./') && FORMULA.test(text.slice(2)) ? text.slice(2) : text;
}
