import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import {UserError} from '../../util/user-error.js';

/**
 * Compares a downloaded file with what it must be.
 *
 * @param from Where it came from, for the message.
 * @throws UserError with exit code 4 where it is anything else.
 */
export async function assertChecksum(file: string, sha256: string, from: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const received = hash.digest('hex');
  if (received === sha256) return;
  throw new UserError(
    `${from}: checksum mismatch. Expected sha256 ${sha256}; received ${received}. It was not unpacked.`,
    {
      hint: 'Try again on another network: something between here and the server changes what is downloaded.',
      exitCode: 4,
    },
  );
}
