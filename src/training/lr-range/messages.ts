import type {Experiment} from '../../experiment/schema.js';

/** To the process of a range test, which trains one network after another. */
export type RangeRequest =
  | {
      readonly type: 'open';
      readonly experiment: Experiment;
      /** Full path of the data. */
      readonly dataRoot: string;
      readonly cacheFolder: string;
    }
  /** Begins with the first weights of a network. */
  | {readonly type: 'start'; readonly model: string}
  /** Updates the weights once with each of the rates. */
  | {readonly type: 'train'; readonly rates: readonly number[]};

/** The mean loss before each update; fewer than there are rates where one is not finite. */
export type RangeAnswer = readonly number[];
