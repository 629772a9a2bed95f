import {spawnSync} from 'node:child_process';
import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {descendants, signal} from '../../helpers/processes.js';
import {runProgram} from '../../helpers/program.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../../helpers/trained-runs.js';

let trained: TrainedRuns;
beforeAll(async () => {
  trained = await trainTinyRuns();
});

const image = (number: number): string =>
  path.join(trained.images, `${String(number).padStart(6, '0')}.jpg`);

/**
 * An image that kills whoever reads it: a pipe, which is opened for writing as soon as a process
 * opens it for reading. That process is then below the program and at work on this image.
 */
function deadlyImage(): string {
  const pipe = path.join(temporaryFolder(), 'deadly.jpg');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  return pipe;
}

describe.runIf(process.platform === 'linux')('an image that ends the predicting process', () => {
  it('is named, and every other one is answered, those of the batches around it too', async () => {
    const deadly = deadlyImage();
    const before = [1, 2, 3, 4].map(image);
    const after = [5, 6, 7, 8, 9, 10].map(image);
    const killed = new Set<number>();
    let isOver = false;
    const finished = await runProgram(
      ['predict', 'multi-output', ...before, deadly, ...after, '--json', '--batch', '3'],
      {
        cwd: trained.cwd,
        onStart: ({pid}) => {
          const killReaders = async (): Promise<void> => {
            while (!isOver) {
              // Waits for a reader; while there is none, the pipe cannot be opened.
              const end = await open(deadly, constants.O_WRONLY | constants.O_NONBLOCK).catch(
                () => undefined,
              );
              if (end === undefined) {
                await new Promise(resolve => setTimeout(resolve, 5));
                continue;
              }
              for (const child of descendants(pid ?? 0)) {
                killed.add(child);
                signal(child);
              }
              await end.close();
              // The dead reader still holds the pipe for a moment: its successor must not be killed for it.
              await new Promise(resolve => setTimeout(resolve, 300));
            }
          };
          void killReaders();
        },
      },
    ).finally(() => (isOver = true));
    const answers = finished.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as {file: string; error?: string});
    expect(answers.map(({file}) => file)).toEqual([...before, deadly, ...after]);
    expect(answers.filter(({error}) => error !== undefined)).toEqual([
      {file: deadly, error: 'it cannot be read: the predicting process ended with SIGKILL'},
    ]);
    // Once in its batch, once alone.
    expect(killed.size).toBe(2);
    expect(finished.code).toBe(3);
    expect(finished.stderr).toContain('1 of 11 images could not be read');
  });
});
