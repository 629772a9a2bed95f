import {describe, expect, it} from 'vitest';
import {limitSeconds, parseProfile, readProfile} from '../../src/app/cluster/profile.js';
import {arrayScript} from '../../src/app/cluster/script.js';
import {slurmError} from '../../src/app/cluster/slurm-error.js';
import {taskIds} from '../../src/app/cluster/slurm.js';
import {UserError} from '../../src/util/user-error.js';

function failure(text: string): UserError {
  try {
    parseProfile(text, 'cluster.yaml');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('a profile', () => {
  it('may be empty, or have all keys', () => {
    expect(parseProfile('', 'cluster.yaml')).toMatchObject({sbatch: [], before: []});
    const all = [
      'partition: gpu',
      'account: faces',
      'time: 4:00:00',
      'cpus: 8',
      'memory: 16G',
      'constraint: skylake',
      'sbatch: [--qos=long, --gres=gpu:1]',
      'before: [module load nodejs]',
      'restarts: 5',
    ].join('\n');
    expect(parseProfile(all, 'cluster.yaml')).toEqual({
      ...{partition: 'gpu', account: 'faces', time: '4:00:00', cpus: 8, memory: '16G'},
      ...{constraint: 'skylake', sbatch: ['--qos=long', '--gres=gpu:1']},
      ...{before: ['module load nodejs'], restarts: 5},
    });
  });

  it.each([
    ['parition: gpu', /cluster\.yaml:1:1: parition: This key is not known here.*mean partition\?/s],
    ['cpus: 2\nmemroy: 4G', /cluster\.yaml:2:1: memroy: .*Did you mean memory\?/s],
    ['cpus: many', /cpus: Expected a whole number from 1 to 1024; received "many"/],
    ['cpus: 0', /cpus: Expected a whole number from 1 to 1024; received 0/],
    ['time: soon', /time: Expected minutes, or a time such as 4:00:00/],
    ['memory: 4 GB', /memory: Expected megabytes, or an amount such as 4G; received "4 GB"/],
    ['partition: a b', /partition: Expected the name of a partition, without blanks/],
    ['sbatch: --qos=long', /sbatch: Expected a list of options of sbatch/],
    [
      'sbatch: [--array=0-3]',
      /sbatch\[0\]: Expected an option that celeba-tui does not set itself/,
    ],
    ['sbatch: [qos=long]', /sbatch\[0\]: Expected an option/],
    [
      'before: ["a\\nb"]',
      /before\[0\]: Expected a command, such as module load nodejs, in one line/,
    ],
    ['[gpu]', /Expected a map with partition/],
  ])('says what is wrong in %j', (text, message) => {
    expect(failure(text).message).toMatch(message);
    expect(failure(text).hint).toContain('docs/cluster.md');
  });

  it('that does not exist is named, with its keys', async () => {
    await expect(readProfile('/nowhere/cluster.yaml')).rejects.toMatchObject({
      message: expect.stringContaining(
        '/nowhere/cluster.yaml: the profile cannot be read',
      ) as string,
      hint: expect.stringContaining('partition, account') as string,
    });
  });

  it.each([
    ['90', 5400],
    ['90:30', 5430],
    ['4:00:00', 14_400],
    ['1-12', 129_600],
    ['1-12:30', 131_400],
    [undefined, undefined],
  ])('reads the time limit %j as sbatch does', (time, seconds) => {
    expect(limitSeconds({time})).toBe(seconds);
  });
});

describe('the script of an array', () => {
  const script = (text: string, maxParallel?: number): string =>
    arrayScript({
      profile: parseProfile(text, 'cluster.yaml'),
      ...{name: 'celeba-tui-q', tasks: 10, maxParallel, output: '/runs/a b/%a.log'},
      command: ['/bin/node', "/it's/main.js", 'run-task', '--queue', 'q'],
    });

  it('has one line for each option, and lets the program take the place of the shell', () => {
    const lines = script('{cpus: 2, before: [module load x], sbatch: [--qos=long]}', 3).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '#SBATCH --array=0-9%3',
        '#SBATCH --output="/runs/a b/%a.log"',
        '#SBATCH --signal=B:USR1@90',
        '#SBATCH --cpus-per-task=2',
        '#SBATCH --qos=long',
        'module load x',
      ]),
    );
    expect(lines.at(-2)).toBe(
      `exec "$node" '/it'\\''s/main.js' run-task --queue q "$SLURM_ARRAY_TASK_ID"`,
    );
  });

  it('gives a short task notice a quarter of its time limit before it', () => {
    expect(script('time: 2')).toContain('--signal=B:USR1@30\n');
    expect(script('time: 4:00:00')).toContain('--signal=B:USR1@90\n');
  });
});

describe('the tasks that Slurm names by one id', () => {
  it.each([
    ['12_3', ['12_3']],
    ['12_[0,2-4]', ['12_0', '12_2', '12_3', '12_4']],
    ['12_[7-8%2]', ['12_7', '12_8']],
    ['12_[0-6:3%4]', ['12_0', '12_3', '12_6']],
    ['12', ['12']],
    ['12_[0-99999999999]', []],
    ['no id', []],
  ])('%s', (id, tasks) => {
    expect(taskIds(id)).toEqual(tasks);
  });
});

it('an error of Slurm has no prefixes, and says what to do', () => {
  const error = slurmError(
    'sbatch',
    'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified\n',
  );
  expect(error.message).toBe(
    'sbatch: Batch job submission failed: Invalid account or account/partition combination specified',
  );
  expect(error.hint).toContain('sacctmgr');
});
