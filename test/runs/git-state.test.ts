import {execFileSync} from 'node:child_process';
import {existsSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {gitState} from '../../src/runs/git-state.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

let folder: string;
/** Appears where a program that the checkout names is started. */
let trap: string;

function git(...args: string[]): void {
  const env = {...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1'};
  execFileSync('git', args, {cwd: folder, env, stdio: 'pipe'});
}

beforeEach(() => {
  folder = temporaryFolder();
  trap = path.join(temporaryFolder(), 'trap');
  git('init', '--quiet');
  writeFileSync(path.join(folder, 'a.txt'), 'a\n');
  writeFileSync(path.join(folder, '.gitattributes'), '*.txt filter=trap\n');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'a');
});

describe('the state of a checkout', () => {
  it('is its commit, and whether it has changes', async () => {
    const clean = await gitState(folder);
    expect(clean).toEqual({
      commit: expect.stringMatching(/^[\da-f]{40}$/) as string,
      dirty: false,
    });
    writeFileSync(path.join(folder, 'b.txt'), 'b\n');
    expect(await gitState(folder)).toEqual({...clean, dirty: true});
    expect(await gitState(temporaryFolder())).toBeUndefined();
  });

  it.each<[string, (command: string) => void]>([
    ['core.fsmonitor', command => git('config', 'core.fsmonitor', `${command}; false`)],
    ['a clean filter', command => git('config', 'filter.trap.clean', `${command}; cat`)],
    ['a filter process', command => git('config', 'filter.trap.process', command)],
    [
      'a filter in an included file',
      command => {
        writeFileSync(
          path.join(folder, '.git', 'more'),
          `[filter "trap"]\n\tclean = "${command}"\n`,
        );
        git('config', 'include.path', 'more');
      },
    ],
    [
      'a hook',
      command =>
        writeFileSync(
          path.join(folder, '.git/hooks/post-index-change'),
          `#!/bin/sh\n${command}\n`,
          {
            mode: 0o755,
          },
        ),
    ],
  ])('starts no program that the checkout names: %s', async (_what, set) => {
    set(`touch ${trap}`);
    // It looks changed, so that git has to read it.
    utimesSync(path.join(folder, 'a.txt'), 1e9, 1e9);
    expect((await gitState(folder))?.commit).toBeDefined();
    expect(existsSync(trap)).toBe(false);
    // It would have been started.
    if (_what !== 'a hook') {
      try {
        git('status');
      } catch {
        // The trap is no filter.
      }
      expect(existsSync(trap)).toBe(true);
    }
  });
});
