import {execFileSync, spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, chownSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {randomBytes} from 'node:crypto';
import {freePorts, isListening} from './ports.js';
import {prepareAccounting} from './slurm-accounting.js';
import {descendants, nameOf, parentOf, processesWith, signal} from './processes.js';
import {temporaryFolder} from './temporary-folder.js';

/** Every wait for a daemon ends. */
const READY_MS = 30_000;
/** A controller that has just started may take minutes to count a silent node as down: then a person says so. */
const DOWN_MS = 30_000;

type ClusterOptions = {
  readonly nodes?: number;
  /** Tasks that each node runs at a time. */
  readonly cpus?: number;
  /** More lines of slurm.conf. */
  readonly config?: readonly string[];
  /** Whether sacct tells how tasks ended. */
  readonly hasAccounting?: boolean;
  /**
   * Gives the last node processes, mounts and a host name of its own, as another machine has. It sees an
   * empty folder in place of this one.
   */
  readonly hidden?: string;
  /** Whether there is a second partition, `urgent`, for whose jobs others are requeued. */
  readonly isPreempting?: boolean;
};

/** A Slurm cluster of this machine alone: munge, a controller and some nodes on loopback. */
export class SlurmCluster {
  readonly folder: string;
  readonly nodes: readonly string[];
  /** The environment in which sbatch and the others find it. */
  readonly env: NodeJS.ProcessEnv;
  readonly #config: string;
  readonly #hidden: string | undefined;
  readonly #daemons = new Map<string, ChildProcess>();

  private constructor(folder: string, nodes: readonly string[], hidden: string | undefined) {
    this.folder = folder;
    this.#hidden = hidden;
    this.nodes = nodes;
    this.#config = path.join(folder, 'slurm.conf');
    this.env = {SLURM_CONF: this.#config};
  }

  /** Starts everything, and waits until all nodes are idle. */
  static async start(options: ClusterOptions = {}): Promise<SlurmCluster> {
    const folder = temporaryFolder('slurm');
    chmodSync(folder, 0o755);
    const names = Array.from({length: options.nodes ?? 3}, (_, index) => `n${index + 1}`);
    const cluster = new SlurmCluster(folder, names, options.hidden);
    try {
      await cluster.#startAll(options);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async #startAll(options: ClusterOptions): Promise<void> {
    const {cpus = 1, config = [], hasAccounting = false, isPreempting = false} = options;
    const {folder, nodes: names} = this;
    const [controller, accountingPort, ...ports] = (await freePorts(names.length + 2)) as [
      number,
      number,
      ...number[],
    ];
    for (const name of ['state', ...names.map(node => `spool-${node}`)])
      mkdirSync(path.join(folder, name));
    this.#startMunge();
    const munge = path.join(folder, 'munge', 'socket');
    const accounting = hasAccounting
      ? await this.#startAccounting(accountingPort, munge)
      : ['AccountingStorageType=accounting_storage/none'];
    const lines = [
      ...['ClusterName=test', `SlurmctldHost=${os.hostname()}(127.0.0.1)`],
      ...[`SlurmctldPort=${controller}`, 'SlurmUser=root', 'AuthType=auth/munge'],
      `AuthInfo=socket=${munge}`,
      ...['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'MpiDefault=none'],
      ...['SwitchType=switch/none', 'SelectType=select/cons_tres', 'ReturnToService=2'],
      ...['SelectTypeParameters=CR_Core', ...accounting],
      ...['JobAcctGatherType=jobacct_gather/none', 'SchedulerParameters=sched_min_interval=0'],
      ...['SlurmdParameters=config_overrides', 'KillWait=10', 'SlurmdTimeout=10'],
      ...[`StateSaveLocation=${path.join(folder, 'state')}`, 'MailProg=/bin/true'],
      ...[`SlurmdSpoolDir=${path.join(folder, 'spool-%n')}`],
      ...[`SlurmctldPidFile=${path.join(folder, 'slurmctld.pid')}`],
      ...[`SlurmdPidFile=${path.join(folder, 'slurmd-%n.pid')}`],
      ...[`SlurmdLogFile=${path.join(folder, 'slurmd-%n.log')}`],
      ...config,
      ...names.map(
        (name, index) =>
          `NodeName=${name} NodeHostname=${os.hostname()} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=${cpus} RealMemory=1000`,
      ),
      `PartitionName=short Nodes=${names.join(',')} Default=YES MaxTime=60 State=UP`,
      ...(isPreempting ? urgentPartition(names) : []),
    ];
    writeFileSync(this.#config, `${lines.join('\n')}\n`);
    writeFileSync(path.join(folder, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
    this.startController();
    names.forEach(name => this.startNode(name));
    await this.#untilIdle();
  }

  async #startAccounting(port: number, munge: string): Promise<readonly string[]> {
    const accounting = prepareAccounting(this.folder, port, munge);
    this.#start('mariadb', accounting.database);
    await until('The database', accounting.isDatabaseReady);
    // It looks for its settings beside slurm.conf.
    writeFileSync(this.#config, '');
    this.#start('slurmdbd', accounting.daemon, {env: {...process.env, ...accounting.env}});
    await until('slurmdbd', () => isListening(port));
    return accounting.config;
  }

  startController(): void {
    this.#start('slurmctld', ['slurmctld', '-D', '-f', this.#config]);
  }

  startNode(name: string): void {
    const command = ['slurmd', '-D', '-N', name, '-f', this.#config];
    if (this.#hidden === undefined || name !== this.nodes.at(-1)) return this.#start(name, command);
    const script = 'hostname "$2" && mount -t tmpfs none "$1" && shift 2 && exec "$@"';
    const namespaces = ['--mount', '--uts', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const args = ['sh', '-c', script, 'sh', this.#hidden, `host-of-${name}`, ...command];
    this.#start(name, ['unshare', ...namespaces, ...args]);
  }

  /** Waits until the controller answers. */
  async untilAnswering(): Promise<void> {
    const env = {...process.env, ...this.env};
    await until('The controller', () => spawnSync('sinfo', ['-h'], {env}).status === 0);
  }

  /** Kills `slurmctld`, or the `slurmd` of a node; not the tasks that it started. */
  async kill(daemon: string): Promise<void> {
    const child = this.#daemons.get(daemon);
    this.#daemons.delete(daemon);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /**
   * Lets a node lose its power: its processes die without a word. Resolves when the controller counts
   * the node as down.
   */
  async failNode(name: string): Promise<void> {
    const tasks = processesWith(`SLURMD_NODENAME=${name}`, `SLURM_CONF=${this.#config}`);
    // Of a batch job, the parent of its first process is the daemon that would report its end.
    const steps = tasks.map(parentOf).filter(pid => nameOf(pid) === 'slurmstepd');
    await this.kill(name);
    for (const pid of [...steps, ...tasks]) signal(pid);
    const state = (): string =>
      this.run('sinfo', '-h', '-N', '-p', 'short', '-n', name, '-o', '%T');
    // The state of a node that Slurm has drained says so before anything else.
    const isDown = (): boolean => /^(?:down|drain)/.test(state());
    const endMs = performance.now() + DOWN_MS;
    while (!isDown() && performance.now() < endMs) await sleep(100);
    if (!isDown())
      this.run('scontrol', 'update', `nodename=${name}`, 'state=down', 'reason=no power');
    await until(`The node ${name}, which should be down,`, isDown);
  }

  /** The node of a task that runs. */
  nodeOf(task: string): string {
    return this.run('squeue', '-h', '-j', task, '-o', '%N').trim();
  }

  async untilRunning(task: string): Promise<void> {
    const state = (): string => this.run('squeue', '-h', '-j', task, '-o', '%T').trim();
    await until(`The task ${task}`, () => state() === 'RUNNING');
  }

  /** Sends a task the signal that comes before its time limit. What scancel returns then says nothing. */
  notify(task: string): void {
    const env = {...process.env, ...this.env};
    spawnSync('scancel', ['--signal=USR1', '--batch', task], {env, timeout: READY_MS});
  }

  /** Starts a short urgent job on the node of a task, which Slurm requeues. */
  preempt(task: string): void {
    const where = ['--partition=urgent', `--nodelist=${this.nodeOf(task)}`, '--output=/dev/null'];
    this.run('sbatch', '--parsable', ...where, '--wrap=true');
  }

  /** What one of Slurm's programs prints. */
  run(program: string, ...args: readonly string[]): string {
    return execFileSync(program, args, {
      env: {...process.env, ...this.env},
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: READY_MS,
    });
  }

  /** Ends all tasks and daemons, and waits until they are gone. */
  async stop(): Promise<void> {
    spawnSync('scancel', ['--user=root', '--full', '--signal=KILL'], {
      env: {...process.env, ...this.env},
      timeout: 5_000,
    });
    // A step's daemon outlives the slurmd that started it.
    const steps = processesWith(`SLURM_CONF=${this.#config}`);
    const all = [...this.#daemons.values()].flatMap(({pid}) => (pid === undefined ? [] : [pid]));
    const children = all.flatMap(pid => [...descendants(pid), pid]);
    for (const pid of new Set([...children, ...steps])) signal(pid);
    for (const daemon of [...this.#daemons.keys()]) await this.kill(daemon);
    rmSync(this.folder, {recursive: true, force: true, maxRetries: 3});
  }

  #startMunge(): void {
    const [uid, gid] = ['-u', '-g'].map(flag =>
      Number(execFileSync('id', [flag, 'munge'], {encoding: 'utf8'})),
    ) as [number, number];
    const folder = path.join(this.folder, 'munge');
    mkdirSync(folder, {mode: 0o755});
    const key = path.join(folder, 'key');
    writeFileSync(key, randomBytes(128), {mode: 0o400});
    for (const place of [key, folder]) chownSync(place, uid, gid);
    const at = (name: string): string => path.join(folder, name);
    const args = [`--key-file=${key}`, `--socket=${path.join(folder, 'socket')}`];
    const files = [
      `--pid-file=${at('pid')}`,
      `--log-file=${at('log')}`,
      `--seed-file=${at('seed')}`,
    ];
    this.#start('munged', ['munged', '-F', '--force', ...args, ...files], {uid, gid});
  }

  #start(
    name: string,
    [program, ...args]: readonly string[],
    as: {uid?: number; gid?: number; env?: NodeJS.ProcessEnv} = {},
  ): void {
    const log = openSync(path.join(this.folder, `${name}.out`), 'a');
    const child = spawn(program as string, args, {
      stdio: ['ignore', log, log],
      detached: true,
      ...as,
    });
    closeSync(log);
    this.#daemons.set(name, child);
  }

  async #untilIdle(): Promise<void> {
    await until('The cluster', () => {
      const {stdout} = spawnSync('sinfo', ['-h', '-N', '-p', 'short', '-o', '%T'], {
        env: {...process.env, ...this.env},
        encoding: 'utf8',
      });
      const states = stdout.trim().split('\n');
      return states.length === this.nodes.length && states.every(state => state === 'idle');
    });
  }
}

/** Waits for a daemon. */
async function until(who: string, isReady: () => boolean): Promise<void> {
  const endMs = performance.now() + READY_MS;
  while (!isReady()) {
    if (performance.now() > endMs) throw new Error(`${who} does not answer.`);
    await sleep(100);
  }
}

function urgentPartition(nodes: readonly string[]): readonly string[] {
  return [
    `PartitionName=urgent Nodes=${nodes.join(',')} PriorityTier=2 MaxTime=60 State=UP`,
    ...['PreemptType=preempt/partition_prio', 'PreemptMode=REQUEUE'],
  ];
}
