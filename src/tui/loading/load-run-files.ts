import {lstat, readdir} from 'node:fs/promises';
import path from 'node:path';
import {readLastLines, readPlainFile} from '../../util/safe-file.js';
import type {RunFolder} from '../../runs/run-folder.js';
import {readAffinity} from '../../runs/affinity-file.js';
import type {RunFilesState} from '../state/snapshot.js';
import {mapLimited} from '../../util/map-limited.js';

/** People look for the end of a long log. */
const LOG_TAIL_BYTES = 64_000;
const MAX_FILES = 500;
/** Far more than anybody scrolls through. */
const MAX_TEXT_BYTES = 2_000_000;

/** The texts of a run's folder as they are now; what is not there yet is empty. */
export async function readRunFiles(folder: RunFolder): Promise<RunFilesState> {
  const [summary, definition, log, affinity, files] = await Promise.all([
    readText(folder.summary),
    readText(folder.experiment),
    readLastLines(folder.trainerLog, LOG_TAIL_BYTES),
    readAffinity(folder),
    listFiles(folder.path).catch(() => []),
  ]);
  return {run: folder.id, summary, definition, log, affinity, files};
}

async function readText(file: string): Promise<string> {
  return (await readPlainFile(file, MAX_TEXT_BYTES).catch(() => '')).toString();
}

async function listFiles(folder: string): Promise<RunFilesState['files']> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort()
    .slice(0, MAX_FILES);
  return mapLimited(files, async file => ({
    name: path.relative(folder, file),
    bytes: (await lstat(file)).size,
  }));
}
