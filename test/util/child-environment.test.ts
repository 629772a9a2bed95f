import {describe, expect, it} from 'vitest';
import {childEnvironment} from '../../src/util/child-environment.js';

describe.skipIf(process.platform === 'win32')('the environment of a started program', () => {
  it.each([
    [':/usr/bin', '/usr/bin'],
    ['/usr/bin:', '/usr/bin'],
    ['/usr/bin::/bin', '/usr/bin:/bin'],
    ['.:/usr/bin:node_modules/.bin', '/usr/bin'],
    ['/opt/my tools:/usr/bin', '/opt/my tools:/usr/bin'],
  ])('looks for nothing in the working folder: %s', (given, clean) => {
    const names = ['PATH', 'NODE_PATH', 'LD_LIBRARY_PATH'];
    const env = childEnvironment(Object.fromEntries(names.map(name => [name, given])));
    expect(env).toEqual(Object.fromEntries(names.map(name => [name, clean])));
  });

  it('leaves out a list of which nothing is left, and keeps everything else', () => {
    const rest = {HOME: 'here', NODE_OPTIONS: '--max-old-space-size=100', EMPTY: ''};
    expect(childEnvironment({...rest, PATH: ':', LD_LIBRARY_PATH: ''})).toEqual(rest);
  });
});
