import {UserError} from './user-error.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether nobody can read or change the server's answers on their way: https, or a server on this
 * machine.
 */
export function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const {protocol, hostname} = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** @throws UserError with exit code 2 for an address that is not secure. */
export function assertSecure(address: string): void {
  if (isSecure(address)) return;
  throw new UserError(
    `${address}: the connection is not secure, so its data could be changed on the way. Expected an address that begins with https://.`,
    {hint: 'http:// is allowed only for a server on this machine (localhost).'},
  );
}
