import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterEach, expect, it} from 'vitest';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRunInfo} from '../../src/runs/run-info.js';
import {readRun} from '../../src/runs/run-record.js';
import {hasResult} from '../../src/runs/status.js';
import {seededRandom} from '../../src/util/random.js';
import {FAULTS, hurryRequeued, makeFault, type Fault} from '../helpers/cluster-faults.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, resultOf, runFolders, thoroughYaml} from '../helpers/kills.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {SlurmCluster} from '../helpers/slurm.js';
import {whyNoSlurm} from '../helpers/slurm-packages.js';
import {mounted} from '../helpers/small-disk.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';

const {count: FAULT_COUNT, keep} = campaignCount(100);
const RUNS = 2 * FAULT_COUNT;
/** After so many submissions of what was cancelled or lost, all runs have their results. */
const ROUNDS = 10;
const SUBMITTED = 1_000;
const ROUNDS_SUBMITTED = 3;
const SECONDS = 3;

let cluster: SlurmCluster | undefined;
afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
});

it('disturbs a sweep on a cluster, and compares every byte', async () => {
  const reason = whyNoSlurm();
  if (reason !== undefined) throw new Error(reason);
  const data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  const seeds = Array.from({length: FAULT_COUNT}, (_, index) => index + 1);
  const yaml = `${thoroughYaml.replace('epochs: 12', 'epochs: 40')}matrix: {training.batchSize: [8, 12], training.seed: [${seeds.join(', ')}]}\n`;
  const threads = {TF_NUM_INTRAOP_THREADS: '1'};

  const undisturbed = workplace(yaml);
  const alone = await runProgram(['run', 'tiny', '--data', data, '--ci', '--jobs', '2'], {
    cwd: undisturbed,
    env: threads,
  });
  expect(alone.code, alone.stderr).toBe(0);
  const nameOf = (folder: RunFolder): string | undefined => readRunInfo(folder).info?.experiment;
  const expected = new Map(
    runFolders(undisturbed).map(folder => [nameOf(folder), resultOf(folder)]),
  );

  cluster = await SlurmCluster.start({isPreempting: true});
  const there = cluster;
  const cwd = workplace(yaml);
  const runs = path.join(cwd, 'runs');
  mkdirSync(runs);
  if (!mounted(runs, 'size=1g')) throw new Error('This user may not mount a small disk.');
  const counted = countingPath();
  const env = {...there.env, ...threads, CELEBA_TUI_CHECKPOINT_SECONDS: '1'};
  const submitted = await runProgram(['run', 'tiny', '--data', data, '--on', 'slurm'], {cwd, env});
  const queue = /queue ([\w-]+)/.exec(submitted.stderr)?.[1] ?? '';
  const stopHurry = hurryRequeued(there);
  const made = new Map<Fault, number>();
  let isOver = false;
  const faults = (async () => {
    const random = seededRandom(20261128);
    let index = 0;
    for (let done = 0; done < FAULT_COUNT && !isOver; index += 1) {
      await sleep(200 + random() * 1_500);
      const fault = await makeFault({cluster: there, runs, random}, index);
      if (fault === undefined) continue;
      done += 1;
      made.set(fault, (made.get(fault) ?? 0) + 1);
    }
  })();
  // Reported where they are awaited.
  faults.catch(() => {});
  let ended: Finished | undefined;
  let rounds = 0;
  try {
    while (rounds++ < ROUNDS && ended?.code !== 0)
      ended = await runProgram(['run', '--resume', queue, '--on', 'slurm', '--wait'], {
        cwd,
        env: {...env, PATH: `${counted.folder}:${process.env['PATH'] ?? ''}`},
      });
    isOver = true;
    await faults;
  } finally {
    stopHurry();
  }

  const folders = runFolders(cwd);
  const records = await Promise.all(folders.map(readRun));
  const lost = records.filter(({status}) => !hasResult(status));
  const broken = folders.flatMap((folder, index) => {
    if (!hasResult(records[index]!.status)) return [];
    const [results, without] = [resultOf(folder), expected.get(nameOf(folder)) ?? {}];
    const differing = [...new Set([...Object.keys(results), ...Object.keys(without)])].filter(
      part => results[part] !== without[part],
    );
    if (!isNumbered(folder)) differing.push('a gap in the log');
    return differing.length === 0 ? [] : [`${folder.id}: ${differing.join(', ')}`];
  });
  const total = [...made.values()].reduce((sum, count) => sum + count, 0);
  recordCampaign(
    'cluster',
    {
      title: 'A sweep on a cluster, disturbed',
      question: `${RUNS} runs of two small models, each a task of a Slurm array on three nodes of this machine, are disturbed at random moments; what was cancelled or lost is submitted again with run --resume --on slurm, ${rounds - 1} times in all. Broken is a run that is lost, or whose weights, metrics, predictions, summary or list of files differ in one byte from the same run on one machine alone, or whose log has a gap.`,
      command: 'npm run reliability -- cluster',
      rows: [
        {what: 'runs', tried: RUNS, held: folders.length - lost.length - broken.length},
        ...(Object.keys(FAULTS) as Fault[]).map(fault => ({
          what: FAULTS[fault],
          detail: `${made.get(fault) ?? 0} times`,
        })),
        {what: 'faults in all', detail: String(total)},
        {
          what: 'most questions to the controller in a minute, by a program that follows the runs',
          detail: String(counted.most()),
        },
      ],
    },
    keep,
  );
  expect(lost.map(({folder}) => folder.id)).toEqual([]);
  expect(broken).toEqual([]);
  expect(folders).toHaveLength(RUNS);
  expect(counted.most()).toBeLessThanOrEqual(2);
});

it('submits a thousand runs', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  cluster = await SlurmCluster.start();
  // None of them starts.
  cluster.run('scontrol', 'update', 'partitionname=short', 'state=down');
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS_SUBMITTED; round++) {
    const cwd = workplace(tinyYaml);
    const startedMs = performance.now();
    const args = ['run', 'tiny', '--data', data, '--repeat', String(SUBMITTED), '--on', 'slurm'];
    const {stderr} = await runProgram(args, {cwd, env: cluster.env});
    seconds.push((performance.now() - startedMs) / 1000);
    expect(stderr).toContain(`submitted ${SUBMITTED} runs to Slurm`);
  }
  const times = seconds.map(value => `${value.toFixed(1)} s`).join(', ');
  recordCampaign(
    'submission',
    {
      title: 'A large sweep, submitted',
      question: `${SUBMITTED} runs are submitted to Slurm, from the start of the program to its end. Broken is a submission that takes ${SECONDS} seconds or more.`,
      command: 'npm run reliability -- cluster -t submits',
      rows: [
        {
          what: `submissions of ${SUBMITTED} runs`,
          tried: seconds.length,
          held: seconds.filter(value => value < SECONDS).length,
          detail: times,
        },
      ],
    },
    keep,
  );
  expect(Math.max(...seconds)).toBeLessThan(SECONDS);
});

it('meets real time limits, and ends with the same bytes', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  const yaml = thoroughYaml
    .replace('epochs: 12', 'epochs: 3000')
    .replace('patience: 10', 'patience: 3000');
  const threads = {TF_NUM_INTRAOP_THREADS: '1'};
  const undisturbed = workplace(yaml);
  await runProgram(['run', 'tiny', '--data', data, '--ci'], {cwd: undisturbed, env: threads});
  cluster = await SlurmCluster.start({nodes: 1});
  const cwd = workplace(yaml);
  writeFileSync(path.join(cwd, 'cluster.yaml'), 'time: 1\n');
  const stopHurry = hurryRequeued(cluster);
  const args = [
    'run',
    'tiny',
    '--data',
    data,
    '--on',
    'slurm',
    '--profile',
    'cluster.yaml',
    '--ci',
  ];
  const {code, stdout} = await runProgram(args, {cwd, env: {...cluster.env, ...threads}});
  stopHurry();
  expect(code).toBe(0);
  expect(stdout).toMatch(/resumes (?:from epoch|after)/);
  expect(runFolders(cwd).map(resultOf)).toEqual(runFolders(undisturbed).map(resultOf));
});

/** A folder for PATH whose programs of Slurm count how often they are called, except by a task about itself. */
function countingPath(): {readonly folder: string; readonly most: () => number} {
  const folder = temporaryFolder('counted');
  const log = path.join(folder, 'calls');
  writeFileSync(log, '');
  for (const name of ['squeue', 'scontrol']) {
    const script = `#!/bin/sh\ncase "\${SLURM_JOB_ID}${name} $*" in squeue*|scontrol*job*) date +%s >>"${log}";; esac\nPATH="\${PATH#*:}" exec ${name} "$@"\n`;
    writeFileSync(path.join(folder, name), script, {mode: 0o755});
  }
  const most = (): number => {
    const times = readFileSync(log, 'utf8').split('\n').filter(Boolean).map(Number);
    return Math.max(
      0,
      ...times.map(start => times.filter(at => at >= start && at < start + 60).length),
    );
  };
  return {folder, most};
}
