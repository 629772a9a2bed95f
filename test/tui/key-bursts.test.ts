import {describe, expect, it} from 'vitest';
import {KeyBursts, type Burst} from '../../src/tui/keys/key-bursts.js';

/** Reads of the keyboard, each with its time in milliseconds, and what is made of them. */
async function bursts(...reads: readonly (readonly [number, string])[]): Promise<Burst[]> {
  let now = 0;
  const told: Burst[] = [];
  const keys = new KeyBursts(
    burst => told.push(burst),
    () => now,
  );
  for (const [at, text] of reads) {
    now = at;
    // The parts of a read are told one by one, as Ink does.
    for (const key of text) keys.add({key});
    await Promise.resolve();
  }
  return told;
}

describe('keys', () => {
  it('are pressed by themselves where each comes in a read of its own', async () => {
    const told = await bursts([0, 'd'], [5, 'y'], [100, 'j']);
    expect(told.map(({isAlone}) => isAlone)).toEqual([true, true, true]);
    expect(new Set(told.map(({id}) => id)).size).toBe(3);
  });

  it('of one read belong together, and so does what follows them at once', async () => {
    const told = await bursts([0, 'holi'], [3, 'd'], [6, 'y'], [200, 'd']);
    expect(told.map(({isAlone}) => isAlone)).toEqual([false, false, false, true]);
    expect(new Set(told.slice(0, 3).map(({id}) => id)).size).toBe(1);
    expect(told[3]?.id).not.toBe(told[0]?.id);
  });
});
