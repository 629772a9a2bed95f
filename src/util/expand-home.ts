import os from 'node:os';
import path from 'node:path';

/**
 * Replaces `~` at the start of a path by the home folder.
 *
 * @param home Called only where needed: it throws for a user without an entry in the system, as in
 *             many containers.
 */
export function expandHome(text: string, home: () => string = os.homedir): string {
  return text === '~' || /^~[/\\]/.test(text) ? path.join(home(), text.slice(1)) : text;
}
