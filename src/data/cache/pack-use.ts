import {randomBytes} from 'node:crypto';
import {readdir, rm, stat, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {z} from 'zod';
import {livenessOf, thisProcess} from '../../util/process-identity.js';
import {readPlainFile} from '../../util/safe-file.js';

const ENDING = '.using';
const MARK = /^(.*\.pack)\.(\d+)-[0-9a-f]+\.using$/;
const MAX_BYTES = 4096;
/** How often a mark is renewed. */
const RENEW_MS = 60_000;
/**
 * How long the mark of a process counts that cannot be looked up: one of another container or
 * machine, or of an earlier version. Removing a pack too early costs no reader that has it open.
 */
const UNSEEN_MS = 3_600_000;

const text = z.string().optional();
const Holder = z.object({
  pid: z.int().positive(),
  start: text,
  host: text,
  machine: text,
  boot: text,
  namespace: text,
});

/**
 * Says that this process uses a pack, until it is released: a file beside it that names the
 * process, which counts no longer once that process is gone.
 */
export async function holdPack(file: string): Promise<() => Promise<void>> {
  const mark = `${file}.${process.pid}-${randomBytes(4).toString('hex')}${ENDING}`;
  await writeFile(mark, JSON.stringify(thisProcess()));
  const timer = setInterval(() => {
    const now = new Date();
    utimes(mark, now, now).catch(() => {});
  }, RENEW_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return rm(mark, {force: true}).catch(() => {});
  };
}

/** The packs of a folder that a running process uses. Removes what gone processes left. */
export async function packsInUse(folder: string): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pack] = MARK.exec(name) ?? [];
    if (pack === undefined) continue;
    const mark = path.join(folder, name);
    if (await isInUse(mark)) used.add(path.join(folder, pack));
    else await rm(mark, {force: true}).catch(() => {});
  }
  return used;
}

async function isInUse(mark: string): Promise<boolean> {
  const holder = await holderOf(mark);
  const liveness = holder === undefined ? 'unknown' : livenessOf(holder);
  if (liveness !== 'unknown') return liveness === 'alive';
  const found = await stat(mark).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < UNSEEN_MS;
}

async function holderOf(mark: string): Promise<z.infer<typeof Holder> | undefined> {
  try {
    return Holder.parse(JSON.parse((await readPlainFile(mark, MAX_BYTES)).toString()));
  } catch {
    return undefined;
  }
}
