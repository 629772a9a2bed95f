import {folderFaults, LINK_HINT} from '../runs/folder-faults.js';
import {listFolders, listRuns, runOrigin, type RunRecord} from '../runs/run-record.js';
import {oneLine} from '../util/format.js';

/**
 * Notes on the folders of runs, a line each: folders that cannot be read, that were renamed or copied,
 * and links, which are not followed.
 */
export async function folderNotes(runs: string, records: readonly RunRecord[]): Promise<string[]> {
  const runNotes = records.flatMap(record => {
    const {folder, fault, notes} = record;
    const faults = folderFaults(folder);
    const texts = [
      ...(fault === undefined ? [] : [fault]),
      ...faults
        .map(({text}) => text)
        .filter(text => fault === undefined || !isRepetition(text, fault)),
      ...[notes.fault ?? []]
        .flat()
        .filter(notesFault => !faults.some(({text}) => isRepetition(text, notesFault))),
      ...originText(record, records),
    ];
    return texts.map(text => `note: ${oneLine(folder.id)}: ${oneLine(text)}`);
  });
  const {links} = await listFolders(runs);
  return [
    ...runNotes,
    ...links.map(
      name =>
        `note: ${oneLine(name)} is a link and is not followed. Name the folder that it points to: --runs DIR`,
    ),
    ...(runNotes.some(text => text.includes(' is a link.')) ? [`note: ${LINK_HINT}`] : []),
  ];
}

/** `run.json is a pipe. Expected a file` repeats `run.json: it is a pipe, not a file`. */
function isRepetition(text: string, fault: string): boolean {
  return fault.startsWith(`${text.split(' ')[0] ?? ''}:`);
}

/** Notes on chosen runs that were renamed or copied. */
export async function originNotes(runs: string, chosen: readonly RunRecord[]): Promise<string[]> {
  if (chosen.every(({folder, info}) => (info?.id ?? folder.id) === folder.id)) return [];
  const records = await listRuns(runs);
  return chosen.flatMap(record =>
    originText(record, records).map(text => `note: ${oneLine(record.folder.id)}: ${oneLine(text)}`),
  );
}

function originText(record: RunRecord, records: readonly RunRecord[]): string[] {
  const origin = runOrigin(record, records);
  if (origin === undefined) return [];
  return origin.kind === 'copy'
    ? [`it is a copy of ${origin.id} and does not count as another run`]
    : [`it was renamed; its original name is ${origin.id}`];
}
