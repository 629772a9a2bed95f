/** What each exit code of the program means; `docs/exit-codes.md` is written from this table. */
export const exitCodes = {
  0: 'done',
  1: 'a run failed or an expectation was not met',
  2: 'wrong usage or an invalid experiment',
  3: 'the data is missing, broken, or has too few images: bring the rest, or ask for less with data.sampling and data.split',
  4: 'the trainer crashed',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof exitCodes;
