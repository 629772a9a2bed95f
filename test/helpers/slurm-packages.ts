import {spawnSync} from 'node:child_process';
import {ACCOUNTING_PACKAGES, ACCOUNTING_PROGRAMS} from './slurm-accounting.js';

const PACKAGES = ['slurmctld', 'slurmd', 'slurm-client', 'munge', ...ACCOUNTING_PACKAGES];
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', ...ACCOUNTING_PROGRAMS];

/**
 * Makes Slurm's programs available: installs Debian's packages where this process may do so.
 *
 * @returns Why a test cannot have a cluster; undefined where it can. In CI that is an error.
 */
export function whyNoSlurm(): string | undefined {
  const reason = missingSlurm();
  if (reason === undefined || (process.env['CI'] ?? '') === '') return reason;
  throw new Error(`CI needs Slurm: ${reason}`);
}

function missingSlurm(): string | undefined {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only';
  if (process.getuid?.() !== 0) return 'only root starts the daemons of a cluster';
  if (!areInstalled()) install();
  return areInstalled() ? undefined : `apt-get did not install ${PACKAGES.join(', ')}`;
}

function areInstalled(): boolean {
  const look = (name: string): boolean => spawnSync('which', [name]).status === 0;
  return PROGRAMS.every(look);
}

function install(): void {
  const apt = (...args: readonly string[]): void =>
    void spawnSync('apt-get', ['-qq', ...args], {
      env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
      timeout: 240_000,
    });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...PACKAGES);
}
