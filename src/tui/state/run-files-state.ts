/** Texts of the opened run's folder. */
export type RunFilesState = {
  readonly run: string | undefined;
  readonly summary: string;
  readonly definition: string;
  readonly log: string;
  readonly files: readonly {readonly name: string; readonly bytes: number}[];
};

export const noRunFiles: RunFilesState = {
  run: undefined,
  summary: '',
  definition: '',
  log: '',
  files: [],
};
