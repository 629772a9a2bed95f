import {UserError} from './user-error.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether nobody between here and the server can read or change what it says: https, or a server
 * on this machine.
 */
export function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const {protocol, hostname} = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** @throws UserError with exit code 2 for every other address. */
export function assertSecure(address: string): void {
  if (isSecure(address)) return;
  throw new UserError(
    `${address}: whoever is between here and the server could change what it sends. Expected an address that begins with https://.`,
    {hint: 'http:// is taken for a server on this machine only (localhost).'},
  );
}
