import {folderFaults, LINK_HINT} from '../runs/folder-faults.js';
import {listFolders} from '../runs/list-folders.js';
import {runOrigin} from '../runs/run-origin.js';
import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {mapLimited} from '../util/map-limited.js';
import {oneLine} from '../util/format.js';

/**
 * What a person should know of the folders of runs, a line each: which cannot be read, which were
 * renamed or copied, and which hold a link or something else that is not followed.
 */
export async function folderNotes(runs: string, records: readonly RunRecord[]): Promise<string[]> {
  const ofRuns = await mapLimited(records, async record => {
    const {folder, info} = record;
    const faults = await folderFaults(folder);
    const all = [
      ...(isBroken(info) ? [info.broken] : []),
      ...faults.map(({text}) => text).filter(text => !isBroken(info) || !isSaid(text, info.broken)),
      ...originText(record, records),
    ];
    return all.map(text => `note: ${oneLine(folder.id)}: ${oneLine(text)}`);
  });
  const {links} = await listFolders(runs);
  return [
    ...ofRuns.flat(),
    ...links.map(
      name =>
        `note: ${oneLine(name)} is a link and is not followed. Name the folder that it leads to: --runs DIR`,
    ),
    ...(ofRuns.flat().some(text => text.includes(' is a link.')) ? [`note: ${LINK_HINT}`] : []),
  ];
}

/** `run.json is a pipe. Expected a file` says no more than `run.json: it is a pipe, not a file`. */
function isSaid(fault: string, broken: string): boolean {
  return broken.startsWith(`${fault.split(' ')[0] ?? ''}:`);
}

/** The same of runs that were chosen from a folder: only whether they were renamed or copied. */
export async function originNotes(runs: string, chosen: readonly RunRecord[]): Promise<string[]> {
  const isAsMade = ({folder, info}: RunRecord): boolean => isBroken(info) || info.id === folder.id;
  if (chosen.every(isAsMade)) return [];
  const all = await listRuns(runs);
  return chosen.flatMap(record =>
    originText(record, all).map(text => `note: ${oneLine(record.folder.id)}: ${oneLine(text)}`),
  );
}

function originText(record: RunRecord, records: readonly RunRecord[]): string[] {
  const origin = runOrigin(record, records);
  if (origin === undefined) return [];
  return origin.kind === 'copy'
    ? [`it is a copy of ${origin.id}, and is not counted beside it`]
    : [`it was made as ${origin.id} and renamed since`];
}
