import {setTimeout as sleep} from 'node:timers/promises';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {tinyYaml} from '../helpers/experiments.js';
import {CLEAN_END, PseudoTerminal, type PseudoTerminalOptions} from '../helpers/pseudo-terminal.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
});

const rows = 45;
/** Ink leaves the cursor in the line below its frame, which is one line lower than the terminal. */
const cursorRow = rows - 1;

function open(images: 'kitty' | 'sixel', options: Partial<PseudoTerminalOptions> = {}) {
  const size = {columns: 120, rows};
  return new PseudoTerminal({
    cwd: workplace(),
    args: ['--data', data],
    images,
    ...size,
    ...options,
  });
}

/** Rows inside the pane of the images, counted from 0. */
function imageRows({lines}: PseudoTerminal): {readonly first: number; readonly last: number} {
  const top = lines.findIndex(line => line.includes('Some images'));
  const bottom = lines.findLastIndex(line => line.startsWith('╰'));
  return {first: top + 1, last: bottom - 1};
}

/* eslint-disable no-control-regex -- escape sequences are what this looks for */
/** `ESC 7`, up, to the left end, right, and the image of an id: how kitty is told a place. */
const placement = /\u001B7(?:\u001B\[(\d+)A)?\r(?:\u001B\[(\d+)C)?\u001B_Ga=p,i=(\d+)/g;
const transmission = /\u001B_G(?:f=100,t=d,i=(\d+),)?m=([01]),q=2;([A-Za-z0-9+/=]*)\u001B\\/g;
/* eslint-enable no-control-regex */

/** The images that were sent, by their ids. */
function sentImages(output: string): ReadonlyMap<string, Buffer> {
  const found = new Map<string, string>();
  let current = '';
  for (const [, id, , part = ''] of output.matchAll(transmission)) {
    current = id ?? current;
    found.set(current, `${found.get(current) ?? ''}${part}`);
  }
  return new Map([...found].map(([id, text]) => [id, Buffer.from(text, 'base64')]));
}

describe('images in a terminal that has kitty graphics', () => {
  it('are sent whole, stand in their pane, and are gone with their screen', async () => {
    const terminal = open('kitty');
    await terminal.see(/✓ found[^]*1,692[^]*q quit/);
    const before = terminal.text;
    terminal.press('6');
    await terminal.see('Some images');
    await terminal.until(() => [...terminal.output.matchAll(placement)].length >= 3, 'images');
    const {first, last} = imageRows(terminal);
    for (const place of terminal.output.matchAll(placement)) {
      const [, up = '0', right = '0'] = place;
      const row = cursorRow - Number(up);
      expect(row).toBe(first);
      expect(row + 10).toBeLessThanOrEqual(last);
      expect(Number(right)).toBeGreaterThan(0);
      expect(Number(right)).toBeLessThan(119);
    }
    const isWhole = (image: Buffer): boolean => image.includes('IEND');
    await terminal.until(
      () => [...sentImages(terminal.output).values()].every(isWhole),
      'the rest of the images',
    );
    const sent = sentImages(terminal.output);
    expect(sent.size).toBeGreaterThanOrEqual(3);
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    for (const image of sent.values()) {
      expect(image.subarray(0, 8)).toEqual(png);
    }
    // One that is sent, but has no place yet, is not seen.
    const placed = new Set([...terminal.output.matchAll(placement)].map(([, , , id]) => id));
    terminal.press('1');
    await terminal.see('[Experiments]');
    for (const id of placed)
      await terminal.until(
        () => terminal.output.includes(`\u001B_Ga=d,d=I,i=${id}\u001B\\`),
        `the end of image ${id}`,
      );
    await terminal.until(() => terminal.text === before, before);
    terminal.press('q');
    expect(await terminal.end()).toContain(CLEAN_END);
  });

  it('do not take the signal that stops a run with a checkpoint', async () => {
    const cwd = workplace();
    const long = tinyYaml.replace('name: tiny', 'name: long').replace('epochs: 2', 'epochs: 10000');
    writeFileSync(path.join(cwd, 'experiments', 'long.yaml'), long);
    const terminal = open('kitty', {cwd, args: ['run', 'long', '--data', data]});
    await terminal.see(/epoch \d+ of 10000 · running/);
    terminal.press('6');
    await terminal.until(() => terminal.output.includes('\u001B_Ga=p,'), 'an image');
    process.kill(terminal.pid, 'SIGTERM');
    const text = await terminal.end();
    expect(text).toContain('celeba-tui: long stopped');
    expect(text).toContain('exit code 130');
  });
});

describe('images in a terminal that has sixels', () => {
  it('begin in their pane, and leave the next screen whole', async () => {
    const terminal = open('sixel');
    await terminal.see(/✓ found[^]*1,692[^]*q quit/);
    const before = terminal.text;
    terminal.press('6');
    await terminal.see('Some images');
    await terminal.until(() => terminal.sixels.length >= 3, 'images');
    const {first} = imageRows(terminal);
    expect(new Set(terminal.sixels.map(({row}) => row))).toEqual(new Set([first]));
    expect(Math.min(...terminal.sixels.map(({column}) => column))).toBe(2);
    const until = terminal.output.length;
    terminal.press('1');
    await terminal.see('[Experiments]');
    terminal.press('jk');
    await terminal.until(() => terminal.text === before, 'the frame from before');
    const since = terminal.output.slice(until);
    expect(since.slice(since.indexOf('[Experiments]'))).not.toContain('\u001BP');
    // A key that follows others at once is not taken for one that a person pressed alone.
    await sleep(100);
    terminal.press('q');
    expect(await terminal.end()).toContain(CLEAN_END);
  });
});
