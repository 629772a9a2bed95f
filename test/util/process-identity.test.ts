import {spawnSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {
  identityOf,
  isProcessAlive,
  livenessOf,
  thisProcess,
} from '../../src/util/process-identity.js';

describe('a process', () => {
  it('is known by its id and its beginning', () => {
    expect(isProcessAlive(thisProcess())).toBe(true);
    expect(isProcessAlive({pid: process.pid, start: 'long ago:1'})).toBe(
      process.platform === 'win32',
    );
    expect(isProcessAlive({pid: spawnSync('true').pid})).toBe(false);
    expect(identityOf(process.pid)).toEqual(thisProcess());
  });

  const here = thisProcess();
  const linux = process.platform === 'linux';
  it.runIf(linux).each([
    ['of this namespace is looked up', here, 'alive'],
    ['of this namespace that is gone is known to be', {...here, start: `${here.start}1`}, 'gone'],
    ['is looked up whatever the host is called by now', {...here, host: 'renamed'}, 'alive'],
    ['of another namespace cannot be seen', {...here, namespace: 'pid:[1]'}, 'unknown'],
    ['of another machine cannot be seen', {...here, host: 'lab-3', boot: 'b'}, 'unknown'],
    ['of a machine of the same name cannot be seen', {...here, machine: 'm', boot: 'b'}, 'unknown'],
    ['whose beginning nobody wrote down may be another', {...here, start: undefined}, 'unknown'],
    ['of an earlier version is looked up', {pid: here.pid, start: here.start}, 'alive'],
  ] as const)('%s', (_what, identity, liveness) => {
    expect(livenessOf(identity)).toBe(liveness);
  });
});
