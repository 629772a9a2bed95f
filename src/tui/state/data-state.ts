/** What a data set holds, as `data info --json` says it. */
export type DataSummary = {
  readonly source: string;
  readonly layout: string;
  readonly images: number;
  readonly missing: number;
  /** In pixels, as most of the images that were looked at have it. */
  readonly imageSize?: {readonly height: number; readonly width: number} | undefined;
  readonly partition?: Readonly<Record<string, number>> | undefined;
  readonly balance: Readonly<Record<string, number>>;
  readonly majority: Readonly<Record<string, number>>;
  readonly strata: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
};

export type DataTask = {
  readonly what: 'sample' | 'prepare';
  readonly text: string;
  readonly done: number;
  readonly total: number;
};

/** The data of the experiment under the cursor, and what is being done about it. */
export type DataState = {
  /** Experiment and root that were looked at. */
  readonly asked: string | undefined;
  readonly loading: boolean;
  readonly info: DataSummary | undefined;
  /** Some of its images. */
  readonly examples: readonly {readonly file: string; readonly bytes: Buffer}[];
  readonly error: string | undefined;
  readonly task: DataTask | undefined;
};

export const noData: DataState = {
  asked: undefined,
  loading: false,
  info: undefined,
  examples: [],
  error: undefined,
  task: undefined,
};
