import {mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {all, Fetching, files} from '../helpers/fetching.js';
import {serveParquet} from '../helpers/parquet-server.js';
import {runProgram} from '../helpers/program.js';

let fetching: Fetching;
beforeEach(() => (fetching = new Fetching()));

describe('the folder that is made', () => {
  const marked = (): string => `${fetching.data}.fetching`;

  it.each<[string, () => void]>([
    [
      'holds files of somebody else',
      () => {
        mkdirSync(marked());
        writeFileSync(path.join(marked(), 'mine'), 'mine');
      },
    ],
    [
      'holds images of somebody else',
      () => mkdirSync(path.join(marked(), 'img_align_celeba'), {recursive: true}),
    ],
    ['is a file', () => writeFileSync(marked(), 'mine')],
    [
      'is a link',
      () => {
        mkdirSync(`${fetching.data}-other`);
        symlinkSync(`${fetching.data}-other`, marked());
      },
    ],
    ['has a lock that is none', () => writeFileSync(`${marked()}.lock`, 'my diary')],
  ])('is not touched where its unfinished one %s', async (_what, make) => {
    const parent = path.dirname(fetching.data);
    make();
    const before = readdirSync(parent, {recursive: true}).sort();
    await expect(fetching.run(await serveParquet(files))).rejects.toMatchObject({exitCode: 2});
    expect(readdirSync(parent, {recursive: true}).sort()).toEqual(before);
  });

  it('begins anew where its unfinished one is of other files, and removes nothing else', async () => {
    const broken = await serveParquet(files, request => {
      if ((request.url ?? '').includes('valid')) request.socket.destroy();
      return (request.url ?? '').includes('valid');
    });
    await expect(fetching.run(broken)).rejects.toMatchObject({exitCode: 3});
    writeFileSync(path.join(marked(), 'mine'), 'mine');
    const server = await serveParquet(files);
    await expect(fetching.run(server)).rejects.toMatchObject({
      message: expect.stringContaining('it holds mine') as string,
      exitCode: 2,
    });
    expect(readFileSync(path.join(marked(), 'mine'), 'utf8')).toBe('mine');
  });

  it('is where a link leads, which is said, and the link stays', async () => {
    const real = `${fetching.data}-big-disk`;
    mkdirSync(real);
    symlinkSync(real, fetching.data);
    await fetching.run(await serveParquet(files));
    expect(fetching.said).toContain(`is a link; the data goes into ${real}`);
    expect(await fetching.fetched()).toEqual(all);
    expect(readdirSync(path.dirname(real)).sort()).toEqual(['celeba', 'celeba-big-disk']);
  });

  it('is not made where a link leads nowhere', async () => {
    symlinkSync('/nowhere/at/all', fetching.data);
    const run = fetching.run(await serveParquet(files));
    await expect(run).rejects.toMatchObject({
      message: expect.stringContaining('broken link') as string,
      exitCode: 2,
    });
  });
});

describe('Ctrl-C', () => {
  it('ends a fetch with exit code 130, and what was fetched is kept', async () => {
    let onSilence = (): void => {};
    let isSilent = true;
    const server = await serveParquet(files, request => {
      const isLast = isSilent && (request.url ?? '').includes('valid');
      if (isLast) onSilence();
      return isLast;
    });
    const {data} = fetching;
    const repository = ['--from', server.url, '--repository', 'someone/faces'];
    const {code, stderr} = await runProgram(
      ['data', 'fetch', '--yes', '--data', data, ...repository],
      {
        cwd: path.dirname(data),
        onStart: child => (onSilence = () => child.kill('SIGINT')),
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain('celeba-tui: interrupted');
    expect(stderr).not.toContain('bug');
    expect(readdirSync(path.dirname(data))).toEqual(['celeba.fetching']);
    isSilent = false;
    await fetching.run(server);
    expect(await fetching.fetched()).toEqual(all);
  });
});
