import {lstatSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';
import * as z from 'zod';
import {parseJson} from '../util/json-file.js';
import {readPlainFileSync} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {writeAtomic} from '../util/write-atomic.js';
import type {RunFolder} from './run-folder.js';

const TAG = /^[\p{L}\p{N}][\p{L}\p{N}_.:/+-]{0,39}$/u;
const MAX_NOTE = 2000;
const MAX_BYTES = 100_000;

/** The contents of `notes.json`: what people write about a run. No program but `tag` and the interface does. */
const RunNotes = z.strictObject({
  version: z.literal(1),
  tags: z.array(z.string().regex(TAG)),
  note: z.string().max(MAX_NOTE),
  pinned: z.boolean(),
});
type RunNotes = z.infer<typeof RunNotes>;

/** `fault` says why the file cannot be read; then there are no tags and no note. */
export type NotesReading = Omit<RunNotes, 'version'> & {readonly fault?: string};

const noNotes: NotesReading = {tags: [], note: '', pinned: false};

/** @param before Is returned where nothing changed. */
export function readRunNotes(folder: RunFolder, before = noNotes): NotesReading {
  const reading = readNotes(folder);
  return isDeepStrictEqual(reading, before) ? before : reading;
}

function readNotes(folder: RunFolder): NotesReading {
  try {
    if (lstatSync(folder.notes, {throwIfNoEntry: false}) === undefined) return noNotes;
    const text = readPlainFileSync(folder.notes, MAX_BYTES).toString();
    const {version: _, ...notes} = parseJson(text, RunNotes);
    return notes;
  } catch (error) {
    // Without a folder there is no file, either.
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return noNotes;
    return {...noNotes, fault: `notes.json: ${messageOf(error)}`};
  }
}

export type NotesChange = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** '' removes the note. */
  readonly note?: string;
  readonly pinned?: boolean;
};

/** Changes the tags, note or pin of a run. @throws UserError where the file cannot be read or written. */
export async function changeRunNotes(
  folder: RunFolder,
  {add = [], remove = [], note, pinned}: NotesChange,
): Promise<NotesReading> {
  const before = readNotes(folder);
  if (before.fault !== undefined)
    throw new UserError(`${folder.path}: ${before.fault}. Nothing was changed.`, {
      hint: `Repair or remove ${folder.notes}.`,
      exitCode: 1,
    });
  const notes: RunNotes = {
    version: 1,
    tags: [...new Set([...before.tags, ...add])].filter(tag => !remove.includes(tag)),
    note: (note ?? before.note).trim(),
    pinned: pinned ?? before.pinned,
  };
  try {
    await writeAtomic(folder.notes, `${JSON.stringify(notes, null, 2)}\n`);
  } catch (error) {
    throw new UserError(`${folder.notes}: it cannot be written: ${messageOf(error)}`, {
      hint: 'The folder of the run must be writable.',
      exitCode: 1,
      cause: error,
    });
  }
  return notes;
}

/** The tags in a text, separated by commas or blanks. @throws UserError that names what is no tag. */
export function tagsIn(text: string): readonly string[] {
  const tags = text.split(/[\s,]+/).filter(tag => tag !== '');
  for (const tag of tags)
    if (!TAG.test(tag))
      throw new UserError(
        `${JSON.stringify(tag)} is not a tag. Expected a letter or digit, then at most 39 letters, digits and _ . : / + -`,
      );
  return tags;
}

/** @throws UserError where the note is too long. */
export function assertNote(note: string): void {
  if (note.length > MAX_NOTE)
    throw new UserError(
      `The note is too long. Expected at most ${MAX_NOTE} characters; received ${note.length}.`,
      {hint: 'Keep long texts in a file beside the runs.'},
    );
}

/** `pinned baseline paper`: the pin and the tags in words. */
export function tagsText({tags, pinned}: NotesReading): string {
  return [...(pinned ? ['pinned'] : []), ...tags].join(' ');
}
