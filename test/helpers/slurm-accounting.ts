import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Debian's packages of the accounting, and programs by which they are recognised. */
export const ACCOUNTING_PACKAGES = ['slurmdbd', 'mariadb-server'];
export const ACCOUNTING_PROGRAMS = ['slurmdbd', 'mariadbd', 'mariadb-install-db'];

/** The accounting of a cluster: MariaDB and slurmdbd, both on loopback. */
type Accounting = {
  /** Lines of slurm.conf. */
  readonly config: readonly string[];
  readonly database: readonly string[];
  readonly isDatabaseReady: () => boolean;
  readonly daemon: readonly string[];
  /** The environment of the daemon: it has a file of settings of its own. */
  readonly env: NodeJS.ProcessEnv;
};

/** Prepares the files of the accounting below a folder. @param munge Socket of munge. */
export function prepareAccounting(folder: string, port: number, munge: string): Accounting {
  const data = path.join(folder, 'mariadb');
  const socket = path.join(folder, 'mariadb.socket');
  mkdirSync(data);
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      '--user=root',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
    ],
    {stdio: 'pipe'},
  );
  const settings = path.join(folder, 'slurmdbd.conf');
  const lines = [
    ...['AuthType=auth/munge', `AuthInfo=socket=${munge}`, `DbdHost=${os.hostname()}`],
    ...['DbdAddr=127.0.0.1', `DbdPort=${port}`, 'SlurmUser=root'],
    ...[`PidFile=${path.join(folder, 'slurmdbd.pid')}`, 'StorageType=accounting_storage/mysql'],
    ...['StorageHost=localhost', 'StorageUser=root', 'StorageLoc=slurm'],
  ];
  writeFileSync(settings, `${lines.join('\n')}\n`, {mode: 0o600});
  return {
    config: [
      ...['AccountingStorageType=accounting_storage/slurmdbd', `AccountingStorageHost=127.0.0.1`],
      ...[`AccountingStoragePort=${port}`, `AccountingStoragePass=${munge}`],
    ],
    database: [
      ...['mariadbd', '--no-defaults', '--user=root', `--datadir=${data}`, `--socket=${socket}`],
      ...['--skip-networking', `--pid-file=${path.join(folder, 'mariadb.pid')}`],
      '--innodb-buffer-pool-size=32M',
    ],
    isDatabaseReady: () =>
      spawnSync('mariadb-admin', ['--no-defaults', `--socket=${socket}`, 'ping']).status === 0,
    daemon: ['slurmdbd', '-D'],
    env: {SLURM_CONF: path.join(folder, 'slurm.conf'), MYSQL_UNIX_PORT: socket},
  };
}
