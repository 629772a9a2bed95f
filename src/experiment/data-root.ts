import os from 'node:os';
import path from 'node:path';
import type {Experiment} from './schema.js';

/**
 * A path as people write it, with `~` and `~/…` for the home folder.
 *
 * @param home Asked only where the path needs it: for a user whom the system does not know, as in
 *             many containers, asking throws.
 */
export function expandHome(text: string, home: () => string = os.homedir): string {
  return text === '~' || /^~[/\\]/.test(text) ? path.join(home(), text.slice(1)) : text;
}

/** The full path of the data; a relative one is relative to the folder the program was started in. */
export function fullDataRoot(root: string): string {
  return path.resolve(expandHome(root));
}

/**
 * The experiment with the full path of its data, so that what is kept of it says the same wherever
 * it is read.
 */
export function withFullRoot(experiment: Experiment): Experiment {
  const {data} = experiment;
  // Drawn faces are in the cache folder; their root says nothing.
  if (data.source === 'sample') return experiment;
  return {...experiment, data: {...data, root: fullDataRoot(data.root)}};
}

/**
 * The full path behind a file's `data.root`, as far as a path that was kept may be it: the program
 * may have been started in another folder then.
 *
 * @param before A full path.
 * @param now    As the file has it.
 */
export function rootAsBefore(before: string, now: string): string {
  const full = fullDataRoot(now);
  if (path.isAbsolute(expandHome(now))) return full;
  const end = path.normalize(now).replace(/^(\.\.[/\\])+/, '');
  return before.endsWith(`${path.sep}${end}`) ? before : full;
}
