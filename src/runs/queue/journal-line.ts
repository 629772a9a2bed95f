import {z} from 'zod';
import {Experiment} from '../../experiment/schema.js';

/** Changes when an older program would misunderstand what a newer one writes, or the reverse. */
export const JOURNAL_VERSION = 2;
const SHOWN_CHARACTERS = 300;
const OLDER = `an older version of celeba-tui wrote it. Expected journal version ${JOURNAL_VERSION}`;

const Settings = z.object({
  /** Takes the place of `data.root`, as a full path. */
  data: z.string().optional(),
  backend: z.string(),
  failFast: z.boolean(),
});

const Job = z.object({
  experiment: Experiment,
  file: z.string(),
  variant: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  origin: z.object({path: z.string(), overrides: z.array(z.string()).readonly()}).optional(),
});

const lines = {
  'queue.opened': z.object({
    type: z.literal('queue.opened'),
    version: z.literal(JOURNAL_VERSION),
    settings: Settings,
  }),
  'items.added': z.object({
    type: z.literal('items.added'),
    items: z.array(z.object({key: z.string(), job: Job})),
  }),
  'item.started': z.object({type: z.literal('item.started'), key: z.string(), run: z.string()}),
  /** Somebody stopped this run and no other. */
  'item.stopped': z.object({type: z.literal('item.stopped'), key: z.string()}),
  /** The keys that are left, in their order. */
  'items.ordered': z.object({type: z.literal('items.ordered'), keys: z.array(z.string())}),
  /** The interface was left; these ran or waited. */
  'queue.left': z.object({type: z.literal('queue.left'), keys: z.array(z.string())}),
} as const;

/** What all runs of a queue have in common, apart from their definitions. */
export type QueueSettings = z.infer<typeof Settings>;

export type JournalLine = {
  [Type in keyof typeof lines]: z.infer<(typeof lines)[Type]>;
}[keyof typeof lines];

/**
 * One line of a journal.
 *
 * @returns undefined for a line that a kill tore, and for one that only a newer version knows; what
 *   is wrong where it is of no use.
 */
export function readLine(text: string): JournalLine | string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const type: unknown = (value as {type?: unknown} | null)?.type;
  if (typeof type !== 'string') return 'it has no type';
  if (isOlder(value)) return OLDER;
  if (!isKnown(type) || isNewer(value)) return undefined;
  const parsed = lines[type].safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${[type, ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message}`.slice(
    0,
    SHOWN_CHARACTERS,
  );
}

function isKnown(type: string): type is keyof typeof lines {
  return Object.hasOwn(lines, type);
}

function isNewer(value: unknown): boolean {
  const {version} = value as {version?: unknown};
  return typeof version === 'number' && version > JOURNAL_VERSION;
}

function isOlder(value: unknown): boolean {
  const {version} = value as {version?: unknown};
  return typeof version === 'number' && version < JOURNAL_VERSION;
}
