import {spawnSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {describeError} from '../../src/cli/errors.js';
import {messageOf, UserError} from '../../src/util/user-error.js';
import {program} from '../helpers/program.js';
import {workplace} from '../helpers/workplace.js';

/** Runs the program in a shell with a limit. */
function limited(limit: string, args: readonly string[]) {
  const command = `ulimit ${limit} && exec "$0" "$@"`;
  return spawnSync('sh', ['-c', command, process.execPath, program, ...args], {
    cwd: workplace(),
    encoding: 'utf8',
    timeout: 60_000,
  });
}

describe.runIf(process.platform === 'linux')('a system that gives the program little', () => {
  it('may let it open few files: it needs only a few', () => {
    expect(limited('-n 32', ['runs'])).toMatchObject({status: 0});
    expect(limited('-n 32', ['check', 'tiny'])).toMatchObject({status: 0});
  });

  it('that lets a run open too few files is said in a sentence, with what to do', () => {
    const {status, stdout, stderr} = limited('-n 24', ['run', 'quick', '--ci']);
    const output = `${stdout}${stderr}`;
    expect(output).toMatch(/too many files are open \(EMFILE\)\.\n.*ulimit -n/);
    expect(output).not.toMatch(/^\s+at |this is a bug/m);
    expect(status).not.toBe(0);
  });
});

describe('what the system refuses', () => {
  it.each([
    ['ENOSPC', 'the disk is full (no bytes or no inodes are left) (ENOSPC)'],
    ['EMFILE', 'too many files are open (EMFILE)'],
    ['EAGAIN', 'no more processes or threads can be started (EAGAIN)'],
  ])('is told in words, not as a bug: %s', (code, words) => {
    const error = Object.assign(new Error(`${code}: something`), {code, path: '/a'});
    expect(describeError(error)).toMatchObject({exitCode: 1});
    expect(describeError(error).text).toContain(`celeba-tui: /a: ${words}.\n`);
  });

  it('is told in words where a file is named, with what to do about it', () => {
    const cause = Object.assign(new Error('EMFILE: too many open files, open'), {code: 'EMFILE'});
    const error = new UserError(`a.yaml: it cannot be read: ${messageOf(cause)}`, {
      ...{hint: 'Name another file.', cause},
    });
    expect(describeError(error).text).toBe(
      'celeba-tui: a.yaml: it cannot be read: too many files are open (EMFILE)\nAllow more of them (ulimit -n 1024), or close other programs.\n',
    );
  });

  it('is a bug where it may be one', () => {
    const error = Object.assign(new Error('EACCES: something'), {code: 'EACCES'});
    expect(describeError(error).text).toContain('this is a bug');
  });
});
