import type {Metric} from '../../experiment/metrics.js';
import type {TrashedRun} from '../../runs/trash.js';
import type {Role} from '../text/line.js';
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

export type ListName = 'experiments' | 'queue' | 'runs' | 'compare' | 'slices' | 'heads' | 'images';

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

/** Which predictions are shown. */
type ShownPredictions = {
  readonly run: string | undefined;
  readonly kind: ImageKind;
  /** The head whose predictions decide; undefined for all heads. */
  readonly head: string | undefined;
  /** Whether the image under the cursor has the whole screen. */
  readonly isLarge: boolean;
};

/** By which column a table is sorted. */
export type SortOrder = {readonly column: string; readonly descending: boolean};

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

type Notice = {readonly text: string; readonly role: Role};

/** A list with its cursor at its beginning. */
export const emptyList: ListState = {cursor: undefined, index: 0, marked: new Set(), filter: ''};

/** What the interface begins with. */
export const initialInterfaceState = {
  screen: 'experiments' as Screen,
  /** The screens from which this one was opened, the last first; Esc leads there. */
  trail: [] as readonly Screen[],
  /** The pane that keys act on, counted from 0 and limited by the screen. */
  pane: 0,
  /** Lines that the pane of text is scrolled down. */
  scroll: 0,
  lists: {
    experiments: emptyList,
    queue: emptyList,
    runs: emptyList,
    compare: emptyList,
    slices: emptyList,
    heads: emptyList,
    images: emptyList,
  } as Readonly<Record<ListName, ListState>>,
  /** What the next start changes in its experiments: values in YAML by their keys. */
  nextStart: {} as Readonly<Record<string, string>>,
  /** Folder of the images for the starts of this session, instead of the file's. */
  dataFolder: undefined as string | undefined,
  curves: 'accuracy' as CurveKind,
  chart: {fit: true, log: false, smoothing: 0, zoom: 0, epoch: undefined} as ChartView,
  /** The head whose curves the comparison shows, by its place. */
  firstHead: 0,
  /** Order of the accuracies of heads. */
  headSort: {column: 'file order', descending: false} as SortOrder,
  /** Order of the metrics of an opened run's heads. */
  scoreSort: {column: 'file order', descending: false} as SortOrder,
  /** Order of the runs, by the key of a fact. */
  sort: {column: 'started', descending: true} as SortOrder,
  openRun: undefined as string | undefined,
  runTab: 'curves' as RunTab,
  /** Ids of the compared runs; undefined for the latest ones. */
  compared: undefined as readonly string[] | undefined,
  /** What the comparison's verdict is about; undefined for what its runs are about. */
  metric: undefined as Metric | undefined,
  /** Whether the comparison shows slices instead of the runs. */
  slices: false,
  allColumns: false,
  /** Pages that the columns of the screen's table were turned, where not all fit. */
  columnPage: 0,
  predictions: {
    run: undefined,
    kind: 'mistakes',
    head: undefined,
    isLarge: false,
  } as ShownPredictions,
  /** Runs that were deleted together and can be taken back, the last first. */
  deleted: [] as readonly (readonly TrashedRun[])[],
  prompt: undefined as Prompt | undefined,
  help: false,
  question: undefined as Question | undefined,
  notice: undefined as Notice | undefined,
};

/** What the person did to the interface; what runs and what is on disk is kept elsewhere. */
export type InterfaceState = Readonly<typeof initialInterfaceState>;
