import type {Metric} from '../../experiment/metrics.js';
import type {TrashedRun} from '../../runs/trash.js';
import type {Role} from '../text/line.js';
import type {ScoreOrder} from './scores.js';
import type {TextField} from './text-field.js';

/** In the order of the digits that open them; `run` is opened from the list of runs. */
export const tabs = ['experiments', 'live', 'runs', 'compare', 'predictions', 'data'] as const;
export type Screen = (typeof tabs)[number] | 'run';

/** A list's cursor, marks and filter; by key, so that they stay with their item when others come. */
export type ListState = {
  readonly cursor: string | undefined;
  /** Where the cursor was, for when its item is gone. */
  readonly index: number;
  readonly marked: ReadonlySet<string>;
  readonly filter: string;
};

export type ListName = 'experiments' | 'queue' | 'runs' | 'compare' | 'slices' | 'heads';

export const curveKinds = ['accuracy', 'loss', 'heads', 'weights', 'runs', 'system'] as const;
export type CurveKind = (typeof curveKinds)[number];

/** How charts are drawn. */
export type ChartView = {
  /** Whether the axis of values fits what is visible; otherwise it is the whole range. */
  readonly fit: boolean;
  /** Whether losses have a logarithmic scale. */
  readonly log: boolean;
  /** Weight of the moving average, 0 for none. */
  readonly smoothing: number;
  /** How often the visible epochs were halved. */
  readonly zoom: number;
  /** The epoch that is pointed out. */
  readonly epoch: number | undefined;
};

export const headColumns = ['file order', 'head', 'current', 'best', 'majority'] as const;
export type HeadColumn = (typeof headColumns)[number];

export const imageKinds = ['mistakes', 'false positives', 'false negatives', 'all'] as const;
export type ImageKind = (typeof imageKinds)[number];

export const runTabs = [
  'curves',
  'heads',
  'affinity',
  'summary',
  'definition',
  'predictions',
  'files',
  'log',
] as const;
export type RunTab = (typeof runTabs)[number];

/** A question that takes the place of the keys; a key that is no answer cancels it. */
export type Question = {
  readonly text: string;
  readonly choices: readonly {
    readonly key: string;
    readonly label: string;
    readonly act: () => void;
  }[];
  /** What Ctrl-C means to it; without it, Ctrl-C cancels as any other key does. */
  readonly onInterrupt?: () => void;
  /** Id of the burst of keys that asked it. */
  readonly askedIn?: number;
};

/** A line that is being typed, with choices that follow from it; `prompts/` says what each kind does. */
export type Prompt = TextField & {
  readonly kind:
    'filter' | 'palette' | 'settings' | 'copy' | 'folder' | 'fetch' | 'sort' | 'tags' | 'note';
  /** The choice under the cursor, counted from 0. */
  readonly cursor: number;
  /** Why the program does not accept what was entered. */
  readonly problem?: string;
};

export type Notice = {readonly text: string; readonly role: Role};

/** What the person did to the interface; what runs and what is on disk is kept elsewhere. */
export type InterfaceState = {
  readonly screen: Screen;
  /** The screens from which this one was opened, the last first; Esc leads there. */
  readonly trail: readonly Screen[];
  /** The pane that keys act on, counted from 0 and limited by the screen. */
  readonly pane: number;
  /** Lines that the pane of text is scrolled down. */
  readonly scroll: number;
  readonly lists: Readonly<Record<ListName, ListState>>;
  /** What the next start changes in its experiments: values in YAML by their keys. */
  readonly nextStart: Readonly<Record<string, string>>;
  /** Folder of the images for the starts of this session, instead of the file's. */
  readonly dataFolder: string | undefined;
  readonly curves: CurveKind;
  readonly chart: ChartView;
  /** The head whose curves the comparison shows, by its place. */
  readonly firstHead: number;
  readonly headSort: {readonly column: HeadColumn; readonly descending: boolean};
  /** Order of the metrics of an opened run's heads. */
  readonly scoreSort: {readonly column: ScoreOrder; readonly descending: boolean};
  /** Key of the fact by which runs are sorted. */
  readonly sort: {readonly column: string; readonly descending: boolean};
  readonly openRun: string | undefined;
  readonly runTab: RunTab;
  /** Ids of the compared runs; undefined for the latest ones. */
  readonly compared: readonly string[] | undefined;
  /** What the comparison's verdict is about; undefined for what its runs are about. */
  readonly metric: Metric | undefined;
  /** Whether the comparison shows slices instead of the runs. */
  readonly slices: boolean;
  readonly allColumns: boolean;
  /** Pages that the columns of the screen's table were turned, where not all fit. */
  readonly columnPage: number;
  readonly predictions: {
    readonly run: string | undefined;
    readonly kind: ImageKind;
    /** The head whose predictions decide; undefined for all heads. */
    readonly head: string | undefined;
    readonly index: number;
    /** Whether the image under the cursor has the whole screen. */
    readonly isLarge: boolean;
  };
  /** Runs that were deleted together and can be taken back, the last first. */
  readonly deleted: readonly (readonly TrashedRun[])[];
  readonly prompt: Prompt | undefined;
  readonly help: boolean;
  readonly question: Question | undefined;
  readonly notice: Notice | undefined;
};

const emptyList: ListState = {cursor: undefined, index: 0, marked: new Set(), filter: ''};

export const initialInterfaceState: InterfaceState = {
  screen: 'experiments',
  trail: [],
  pane: 0,
  scroll: 0,
  lists: {
    experiments: emptyList,
    queue: emptyList,
    runs: emptyList,
    compare: emptyList,
    slices: emptyList,
    heads: emptyList,
  },
  nextStart: {},
  dataFolder: undefined,
  curves: 'accuracy',
  chart: {fit: true, log: false, smoothing: 0, zoom: 0, epoch: undefined},
  firstHead: 0,
  headSort: {column: 'file order', descending: false},
  scoreSort: {column: 'file order', descending: false},
  sort: {column: 'started', descending: true},
  openRun: undefined,
  runTab: 'curves',
  compared: undefined,
  metric: undefined,
  slices: false,
  allColumns: false,
  columnPage: 0,
  predictions: {run: undefined, kind: 'mistakes', head: undefined, index: 0, isLarge: false},
  deleted: [],
  prompt: undefined,
  help: false,
  question: undefined,
  notice: undefined,
};
