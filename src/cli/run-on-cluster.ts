import {cancelJobs} from '../app/cluster/cancel.js';
import {ClusterFollower} from '../app/cluster/follow.js';
import {readProfile} from '../app/cluster/profile.js';
import {dryRun, submit, type ClusterPlan, type SubmittedQueue} from '../app/cluster/submit.js';
import {requireNames, type RunOptions} from '../app/load-jobs.js';
import {planRuns, type PlannedRuns} from '../app/start.js';
import {isQueued} from '../runs/queue/queue-state.js';
import {isFailed} from '../runs/status.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {errorText, UserError} from '../util/user-error.js';
import {askOnInterrupt} from './ask-on-interrupt.js';
import type {CommandContext} from './command.js';
import {endQueue} from './end-queue.js';
import {eventReporter} from './event-reporter.js';

type ClusterFlags = {
  readonly on: 'slurm';
  /** File with what each task asks of the cluster. */
  readonly profile: string | undefined;
  readonly maxParallel: number | undefined;
  /** Whether to follow the runs to their ends. */
  readonly wait: boolean;
  /** Whether to print what would be submitted, and submit nothing. */
  readonly dryRun: boolean;
};

/** Submits the runs to a cluster; with `--wait` follows and compares them as on one machine. */
export async function runOnCluster(
  names: readonly string[],
  options: RunOptions,
  flags: ClusterFlags,
  context: CommandContext,
): Promise<ExitCode> {
  if (options.untilDecided === true)
    throw new UserError('run --until-decided adds runs while it works. Expected no --on with it.', {
      hint: 'Use --repeat N with --on slurm, or leave --on out.',
    });
  if (options.resume !== true) requireNames(names);
  const profile = await readProfile(flags.profile);
  const planned = await planRuns(names, options, context);
  const say = (text: string): void => void context.stderr.write(printable(`celeba-tui: ${text}\n`));
  for (const note of planned.notes) say(note);
  if (planned.runs.length === 0) {
    say(`${options.runs} has no interrupted runs.`);
    return 0;
  }
  assertAllKnown(planned);
  assertWholeQueue(planned, options, names);
  const plan: ClusterPlan = planned;
  const cluster = {profile, maxParallel: flags.maxParallel, options, deps: context};
  if (flags.dryRun) {
    context.stdout.write(await dryRun(plan, cluster));
    return 0;
  }
  const submitted = await submit(plan, cluster);
  say(submittedText(submitted, planned));
  if (flags.wait) return follow(submitted, options, context);
  say(watchText(submitted.id, options));
  return 0;
}

/** The trials of a search that follow from results need a process that stays and adds them. */
function assertAllKnown({runs}: PlannedRuns): void {
  const growing = runs.find(
    ({job: {trial}}) => trial !== undefined && trial.search.method !== 'random',
  );
  if (growing === undefined) return;
  const {file, trial} = growing.job;
  throw new UserError(
    `${file}: the trials of a search with method: ${trial?.search.method} follow from the results of earlier ones, so they cannot be submitted together.`,
    {
      hint: 'Use --set search.method=random with --on slurm, or leave --on out: a job of the cluster can run the whole search with --jobs N.',
    },
  );
}

/** A run that is named alone has another queue than the one in which the cluster would know it. */
function assertWholeQueue(
  {journal}: PlannedRuns,
  {resume}: RunOptions,
  names: readonly string[],
): void {
  if (resume !== true || journal !== undefined) return;
  throw new UserError(
    `run --resume --on slurm resumes a queue. Expected the id of a queue, or none; received ${names.join(', ')}.`,
    {
      hint: 'A run tells its queue as batch in its run.json. Without --on slurm, the run resumes on this machine.',
    },
  );
}

function submittedText({id, jobs, items}: SubmittedQueue, {onCluster}: PlannedRuns): string {
  const tasks = items.filter(item => isQueued(item) && !onCluster.has(item.key)).length;
  const already =
    onCluster.size === 0
      ? ''
      : ` ${counted(onCluster.size, 'run')} of the queue ${onCluster.size === 1 ? 'is' : 'are'} on the cluster already.`;
  if (jobs.length === 0) return `nothing to submit for the queue ${id}.${already}`;
  const job = jobs.length === 1 ? 'job' : 'jobs';
  return `submitted ${counted(tasks, 'run')} to Slurm as ${job} ${jobs.join(', ')}; queue ${id}.${already}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function watchText(id: string, {runs}: RunOptions): string {
  const flag = runs === './runs' ? '' : ` --runs ${runs}`;
  return [
    'celeba-tui or celeba-tui runs shows how far they are. To follow them to the verdict:',
    `  celeba-tui run --resume ${id} --on slurm --wait${flag}`,
  ].join('\n');
}

async function follow(
  {id, items, arrays}: SubmittedQueue,
  options: RunOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const {env, now, stderr} = context;
  const report = eventReporter({json: options.json, namesRuns: true}, context);
  const reported = new Set(items.filter(({run}) => isFailed(run.status)).map(({key}) => key));
  const say = (text: string): void => void stderr.write(printable(`celeba-tui: ${text}\n`));
  const follower = new ClusterFollower(id, items, {
    ...{runs: options.runs, env, now, onNotice: say},
    onEvent: (event, item) => {
      if (event.type === 'run.failed') reported.add(item.key);
      report(event, item);
    },
  });
  const cancel = async (): Promise<void> => {
    try {
      await cancelJobs(id, arrays, options.runs, env);
      say('cancelled; runs that train stop with a checkpoint');
    } catch (error) {
      say(`the tasks could not be cancelled: ${errorText(error)}`);
    }
  };
  const interruption = askOnInterrupt(follower, cancel, context);
  await follower.follow().finally(interruption.stop);
  if (follower.left > 0) {
    say(`${counted(follower.left, 'run')} left to the cluster. ${watchText(id, options)}`);
    return 130;
  }
  const wasInterrupted = interruption.isCancelled();
  return endQueue({items: follower.items, reported, wasInterrupted}, options, context);
}
