/** Lines that TensorFlow prints at every start. */
const START_UP = /^(?:[IW]\d{4} |WARNING: All log messages)/;

/** The lines of a log without those that TensorFlow prints at every start. */
export function ownWords(log: string): string[] {
  return log.split('\n').filter(line => !START_UP.test(line));
}

/** `the decoding process ended with SIGSEGV: …`: how a process ended, with its last line. */
export function endOf(
  what: string,
  code: number | null,
  signal: string | null,
  log: string,
): string {
  const words = ownWords(log)
    .findLast(line => line.trim() !== '')
    ?.trim();
  return `${what} ended with ${signal ?? `exit code ${code}`}${words === undefined ? '' : `: ${words}`}`;
}
