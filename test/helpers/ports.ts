import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';

/** Whether a process of this machine listens to a port, by the kernel's list. */
export function isListening(port: number): boolean {
  const address = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].some(file =>
    new RegExp(`:${address} [0-9A-F]+:0000 0A `).test(readFileSync(file, 'utf8')),
  );
}

/** Ports of loopback that nobody listens to. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({length: count}, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => once(server.close(), 'close')));
  return ports;
}
