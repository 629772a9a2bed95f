import path from 'node:path';
import {probeNode} from '../app/cluster/probe.js';
import {readProfile} from '../app/cluster/profile.js';
import {Slurm} from '../app/cluster/slurm.js';
import {findNativePackage, SHARED_CACHE} from '../tensorflow/load.js';
import {hintOf, messageOf} from '../util/user-error.js';

/** What `doctor` found about one condition. */
export type Finding = {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly detail: string;
  readonly remedy?: string | undefined;
};

type SlurmFlags = {readonly runs: string; readonly profile: string | undefined};

/** Checks what `run --on slurm` needs, from this machine and from a node. Stops at what all the rest needs. */
export async function slurmFindings(
  {runs, profile: file}: SlurmFlags,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const slurm = new Slurm(env);
  const findings: Finding[] = [];
  const check = async (
    name: string,
    work: () => Promise<Omit<Finding, 'name'>>,
  ): Promise<boolean> => {
    const finding = await work().catch((error: unknown): Omit<Finding, 'name'> => ({
      state: 'wrong',
      detail: messageOf(error),
      remedy: hintOf(error),
    }));
    findings.push({name, ...finding});
    return finding.state !== 'wrong';
  };
  const isThere =
    (await check('slurm', async () => ({state: 'ok', detail: await slurm.version()}))) &&
    (await check('controller', async () => {
      const size = await slurm.maxArraySize();
      return {state: 'ok', detail: `answers; arrays of up to ${size} tasks`};
    }));
  if (!isThere) return findings;
  await check('accounting', () => accounting(slurm));
  const isTaken = await check('profile', async () => {
    const profile = await readProfile(file);
    await slurm.testProfile(profile);
    return {state: 'ok', detail: `the cluster takes ${file ?? 'its defaults'}`};
  });
  if (isTaken) await check('nodes', () => nodes(slurm, {runs, profile: file}, env));
  return findings;
}

async function accounting(slurm: Slurm): Promise<Omit<Finding, 'name'>> {
  if (await slurm.hasAccounting()) return {state: 'ok', detail: 'sacct tells how tasks ended'};
  return {
    state: 'note',
    detail: 'off; how a lost task ended is known for some minutes only, which costs nothing else',
  };
}

async function nodes(
  slurm: Slurm,
  {runs, profile}: SlurmFlags,
  env: NodeJS.ProcessEnv,
): Promise<Omit<Finding, 'name'>> {
  const probe = await probeNode(slurm, runs, await readProfile(profile));
  if (probe === undefined)
    return {
      state: 'note',
      detail: 'no node is free now, so none was asked',
      remedy: 'Try again later; the first task says what its node lacks.',
    };
  const {node, seesRuns, seesProgram, nodeVersion, native} = probe;
  const folder = path.resolve(runs);
  if (!seesRuns)
    return {
      state: 'wrong',
      detail: `${node} does not see ${folder}`,
      remedy: 'Name a folder on a shared file system with --runs DIR.',
    };
  if (!seesProgram)
    return {
      state: 'wrong',
      detail: `${node} does not see this program`,
      remedy: 'Install celeba-tui in a folder that all nodes share.',
    };
  if (nodeVersion === undefined)
    return {
      state: 'wrong',
      detail: `${node} has no Node.js`,
      remedy: 'Name a command that loads it in the profile: before: [module load nodejs]',
    };
  // Without one here, the tasks train with what their nodes have.
  if (!native.works && findNativePackage(env) !== undefined)
    return {
      state: 'wrong',
      detail: `the native backend does not work on ${node}: ${native.text}`,
      remedy: SHARED_CACHE,
    };
  const has = native.works ? `; ${native.text}` : '';
  return {state: 'ok', detail: `${node} sees ${folder} and the program; Node ${nodeVersion}${has}`};
}
