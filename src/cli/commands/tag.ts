import type {Streams} from '../../app/streams.js';
import type {NotesChange} from '../../runs/run-notes.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {oneLine} from '../../util/format.js';
import {UserError} from '../../util/user-error.js';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';

type TagFlags = {
  readonly runs: string;
  readonly add?: string;
  readonly remove?: string;
  /** False: without a note. */
  readonly note?: string | false;
  readonly pin: boolean;
  readonly unpin: boolean;
};

export const addTag: AddCommand = (parent, toAction) => {
  parent
    .command('tag <runs...>')
    .description('give runs tags, a note or a pin, and print what they have; RUN as in compare')
    .option('--add <tags>', 'add tags, separated by commas')
    .option('--remove <tags>', 'remove tags, separated by commas')
    .option('--note <text>', 'replace the note')
    .option('--no-note', 'remove the note')
    .option('--pin', 'list the runs above all others in the interface', false)
    .option('--unpin', 'remove the pin', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      examples(
        'celeba-tui tag latest --add baseline,paper --pin',
        'celeba-tui tag separate multi-output --note "learning rate still too high"',
        'celeba-tui runs --filter "tag:paper"',
      ),
    )
    .action(toAction((context, names: string[], flags: TagFlags) => runTag(names, flags, context)));
};

/** Changes the tags, note and pin of runs; prints a line for each. */
async function runTag(
  names: readonly string[],
  {runs, ...flags}: TagFlags,
  {stdout}: Streams,
): Promise<ExitCode> {
  const {findRunsToCompare} = await import('../../app/find-runs.js');
  const {changeRunNotes, tagsText} = await import('../../runs/run-notes.js');
  const change = await changeOf(flags);
  for (const {folder, notes} of await findRunsToCompare(names, runs)) {
    const isChange = Object.keys(change).length > 0;
    const reading = isChange ? await changeRunNotes(folder, change) : notes;
    const words = [folder.id, tagsText(reading) || 'no tags', reading.note, reading.fault ?? ''];
    const texts = words.filter(text => text !== '').map(oneLine);
    stdout.write(`${texts.join('  ')}\n`);
  }
  return 0;
}

/** What the flags change; {} for nothing. @throws UserError where a tag or note is not valid. */
async function changeOf({
  add,
  remove,
  note,
  pin,
  unpin,
}: Omit<TagFlags, 'runs'>): Promise<NotesChange> {
  const {assertNote, tagsIn} = await import('../../runs/run-notes.js');
  if (pin && unpin)
    throw new UserError('tag: expected at most one of --pin, --unpin; received both.', {
      hint: 'Use one of them at a time.',
    });
  if (typeof note === 'string') assertNote(note);
  return {
    ...(add === undefined ? {} : {add: tagsIn(add)}),
    ...(remove === undefined ? {} : {remove: tagsIn(remove)}),
    ...(note === undefined ? {} : {note: note || ''}),
    ...(pin || unpin ? {pinned: pin} : {}),
  };
}
