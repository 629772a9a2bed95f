import type {LookFlags} from '../app/run-options.js';
import type {ArtifactActions} from './artifact-commands.js';
import type {CompareFlags} from './compare.js';
import type {ReportFlags} from './report.js';

/** What the person asked for, by command. */
export type Actions = ArtifactActions & {
  readonly interface: (options: InterfaceFlags) => Promise<void>;
  readonly run: (names: string[], options: RunFlags) => Promise<void>;
  readonly list: (options: RunsFlag) => Promise<void>;
  readonly check: (
    names: string[],
    options: {readonly set: string[]; readonly data?: string},
  ) => Promise<void>;
  readonly runs: (options: RunsFlags) => Promise<void>;
  readonly compare: (names: string[], options: CompareFlags) => Promise<void>;
  readonly report: (names: string[], options: ReportFlags) => Promise<void>;
  readonly data: (
    action: DataAction,
    experiment: string | undefined,
    options: DataFlags,
  ) => Promise<void>;
  readonly dataFetch: (experiment: string | undefined, options: DataFetchFlags) => Promise<void>;
  readonly dataCache: (options: DataCacheFlags) => Promise<void>;
  readonly doctor: (
    options: RunsFlag & {readonly fix: boolean; readonly data: string},
  ) => Promise<void>;
  readonly init: () => Promise<void>;
  readonly schema: () => Promise<void>;
};

export type RunsFlag = {readonly runs: string};
/** At most one of them is given besides `runs`. */
export type RunsFlags = RunsFlag & {
  readonly trash: boolean;
  readonly restore?: readonly string[];
  readonly emptyTrash: boolean;
  readonly dismiss: boolean;
};
export type InterfaceFlags = RunsFlag & LookFlags & {readonly data?: string};
export type DataFetchFlags = {
  readonly data: string;
  readonly from: string;
  readonly repository: string;
  readonly revision: string;
  readonly split?: 'train' | 'validation' | 'test';
  readonly count?: number;
  readonly yes: boolean;
  readonly json: boolean;
};
export type DataCacheFlags = {
  readonly json: boolean;
  readonly clear: boolean;
  readonly maxSize?: number;
};
export type DataAction = 'sample' | 'info' | 'prepare';
export type DataFlags = {readonly data?: string; readonly json: boolean; readonly set: string[]};
export type RunFlags = RunsFlag &
  LookFlags & {
    readonly ci: boolean;
    readonly json: boolean;
    readonly set: string[];
    readonly data?: string;
    readonly seed?: number;
    readonly repeat: number;
    readonly resplit: boolean;
    readonly backend: string;
    readonly failFast: boolean;
    readonly resume?: string | true;
    readonly force: boolean;
    readonly unattended: boolean;
    readonly needed: boolean;
  };
