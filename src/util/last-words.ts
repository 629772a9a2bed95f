/** What TensorFlow says whenever it starts, whatever is asked of it. */
const START_UP = /^(?:[IW]\d{4} |WARNING: All log messages)/;

/** The lines that say something of this process, and not what TensorFlow says at every start. */
export function ownWords(log: string): string[] {
  return log.split('\n').filter(line => !START_UP.test(line));
}

/** The last line that a process wrote before its end, if it says something of the end. */
function lastWords(log: string): string | undefined {
  return ownWords(log)
    .map(line => line.trim())
    .findLast(line => line !== '');
}

/** `the decoding process ended with SIGSEGV: …`: how a process ended, and why where it said so. */
export function endOf(
  what: string,
  code: number | null,
  signal: string | null,
  log: string,
): string {
  const words = lastWords(log);
  return `${what} ended with ${signal ?? `exit code ${code}`}${words === undefined ? '' : `: ${words}`}`;
}
