import path from 'node:path';
import {kindOf, listPlainFolderSync, NotPlain} from '../util/safe-file.js';
import {UserError} from '../util/user-error.js';
import type {RunFolder} from './run-folder.js';

type Expected = {
  readonly file: string;
  readonly kind: 'a file' | 'a folder';
  /** A rename puts a new file into its place; no link or pipe can redirect that. */
  readonly isReplaced?: boolean;
};

function expectedEntries(folder: RunFolder): readonly Expected[] {
  const files = [folder.info, folder.experiment, folder.events, folder.trainerLog, folder.lock];
  const replaced = [
    ...[folder.metrics, folder.summary, folder.predictions, folder.slices, folder.report],
    folder.notes,
  ];
  const folders = [
    ...[folder.checkpoints, folder.models, folder.split, folder.exports],
    ...[folder.tensorboard, ...['train', 'validation'].map(part => folder.tensorboardPart(part))],
  ];
  return [
    ...files.map((file): Expected => ({file, kind: 'a file'})),
    ...replaced.map((file): Expected => ({file, kind: 'a file', isReplaced: true})),
    ...folders.map((file): Expected => ({file, kind: 'a folder'})),
  ];
}

type FolderFault = {
  /** `checkpoints is a link. Expected a folder` */
  readonly text: string;
  /** Whether the run can be trained anyway: the entry is replaced, not followed. */
  readonly isHarmless: boolean;
};

/**
 * Finds entries of a run's folder that are not the file or folder that they should be: a link, a
 * pipe, a socket, a device, or a folder in the place of a file. None is followed, opened or waited for.
 */
export function folderFaults(folder: RunFolder): readonly FolderFault[] {
  const faults: FolderFault[] = [];
  const listed = new Map<string, KindsIn>();
  for (const {file, kind, isReplaced = false} of expectedEntries(folder)) {
    const parent = path.dirname(file);
    const kinds = listed.get(parent) ?? kindsIn(parent);
    listed.set(parent, kinds);
    const received = kinds(path.basename(file)) ?? kind;
    if (received === kind) continue;
    faults.push({
      text: `${path.relative(folder.path, file)} is ${received}. Expected ${kind}`,
      isHarmless: isReplaced && received !== 'a folder',
    });
  }
  return faults;
}

type KindsIn = (name: string) => string | undefined;

/** Looks up the kind of an entry of a folder; undefined where there is none. Reads the folder once. */
function kindsIn(folder: string): KindsIn {
  try {
    const entries = listPlainFolderSync(folder);
    const kinds = new Map(entries.map(entry => [entry.name, kindOf(entry)]));
    return name => kinds.get(name);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    // A link in the place of the folder is a fault of that entry.
    if (error instanceof NotPlain || code === 'ENOENT' || code === 'ENOTDIR')
      return () => undefined;
    return () => `out of reach (${code})`;
  }
}

/** @throws UserError where training would read, write or delete through such an entry. */
export function assertTrainable(folder: RunFolder): void {
  const faults = folderFaults(folder).filter(({isHarmless}) => !isHarmless);
  if (faults.length === 0) return;
  throw new UserError(
    `${folder.path}: the run cannot be trained in this folder: ${faults.map(({text}) => text).join('; ')}.`,
    {hint: LINK_HINT, exitCode: 1},
  );
}

export const LINK_HINT =
  'No link inside a run folder is followed. Put the file or folder itself there; to keep runs on another disk, name that folder with --runs DIR (it may be a link).';
