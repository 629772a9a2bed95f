/** Meanings of the exit codes; `docs/exit-codes.md` is generated from this table. */
export const exitCodes = {
  0: 'success',
  1: 'a run failed or an expectation was not met',
  2: 'wrong usage or an invalid experiment',
  3: 'the data is missing, broken, or has too few images: add images, or use fewer with data.sampling and data.split',
  4: 'the trainer crashed',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof exitCodes;
