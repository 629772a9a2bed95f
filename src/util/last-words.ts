/** Lines that TensorFlow prints at every start. */
const START_UP = /^(?:[IW]\d{4} |WARNING: All log messages)/;

/** The lines of a log without those that TensorFlow prints at every start. */
export function ownWords(log: string): string[] {
  return log.split('\n').filter(line => !START_UP.test(line));
}

/** The last line that a process printed. */
function lastWords(log: string): string | undefined {
  return ownWords(log)
    .map(line => line.trim())
    .findLast(line => line !== '');
}

/** `the decoding process ended with SIGSEGV: …`: how a process ended, with its last line. */
export function endOf(
  what: string,
  code: number | null,
  signal: string | null,
  log: string,
): string {
  const words = lastWords(log);
  return `${what} ended with ${signal ?? `exit code ${code}`}${words === undefined ? '' : `: ${words}`}`;
}
