import {createHash} from 'node:crypto';

const LENGTH = 16;

/** A short hash over texts and bytes; the parts' borders count. */
export function fingerprintOf(
  ...parts: readonly (string | readonly string[] | Uint8Array | undefined)[]
): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : Buffer.from([part ?? ''].flat().join('\n'));
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, LENGTH);
}
