import type {Problem} from './problems.js';
import type {Experiment} from './schema.js';

/** Windows gives these names to devices, with any ending and in any case. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * A run's folder is called by its start, the experiment and four digits: together at most 255
 * bytes, which is what file systems allow.
 */
const MOST_NAME_BYTES = 200;

/**
 * Names that would be files or folders and cannot be that everywhere: a run is copied to other
 * machines, and models are in folders that are called like heads.
 */
export function fileNameProblems({name, data}: Experiment): Problem[] {
  const {heads} = data;
  const problems: Problem[] = [];
  const bytes = Buffer.byteLength(name);
  if (bytes > MOST_NAME_BYTES) {
    const message = `Too long for the name of a folder. Expected at most ${MOST_NAME_BYTES} bytes; received ${bytes}.`;
    problems.push({path: ['name'], message});
  }
  heads.forEach((head, index) => {
    const path = ['data', 'heads', index];
    const same = heads.findIndex(other => other.toLowerCase() === head.toLowerCase());
    if (DEVICES.test(head)) {
      const message = `Windows keeps the name ${head} for a device; a head's model is in a folder that is called like it. Expected another name in the label file.`;
      problems.push({path, message});
    } else if (same < index) {
      const message = `${heads[same]} and ${head} differ in case only; a head's model is in a folder that is called like it, and Windows and macOS would have one folder for both. Expected names that differ in more.`;
      problems.push({path, message});
    }
  });
  return problems;
}
