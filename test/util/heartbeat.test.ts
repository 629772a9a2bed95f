import {open, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it, vi} from 'vitest';
import {BEAT_MS, HeartbeatWatch, SILENCE_MS, startBeating} from '../../src/util/heartbeat.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

describe('a heartbeat that is watched', () => {
  const looks = (watch: HeartbeatWatch, beat: string, fromMs: number, toMs: number) => {
    let verdict = watch.look(beat, fromMs);
    for (let now = fromMs + 1000; now <= toMs; now += 1000) verdict = watch.look(beat, now);
    return verdict;
  };

  it('is of a holder that lives once it changes, and of one that is gone once it stays', () => {
    const watch = new HeartbeatWatch();
    expect(watch.look('a', 0)).toBe('unknown');
    expect(watch.look('b', 5000)).toBe('alive');
    expect(looks(watch, 'b', 6000, 5000 + SILENCE_MS - 1000)).toBe('alive');
    expect(looks(watch, 'b', 5000 + SILENCE_MS, 5000 + SILENCE_MS)).toBe('gone');
    expect(watch.look('c', 90_000)).toBe('alive');
  });

  it('that never changed is unknown for a minute', () => {
    const watch = new HeartbeatWatch();
    expect(looks(watch, 'a', 0, SILENCE_MS - 1000)).toBe('unknown');
    expect(watch.look('a', SILENCE_MS)).toBe('gone');
  });

  it('is not taken for silent by a watcher that slept', () => {
    const watch = new HeartbeatWatch();
    watch.look('a', 0);
    expect(watch.look('a', 10 * SILENCE_MS)).toBe('unknown');
  });
});

describe('a heartbeat', () => {
  it('differs from the one before, also where the clock stands still or goes back', async () => {
    vi.useFakeTimers({now: 5_000_000, toFake: ['setInterval', 'clearInterval', 'Date']});
    const file = path.join(temporaryFolder(), 'lock');
    await writeFile(file, '');
    const handle = await open(file, 'r+');
    const stop = startBeating(handle, false);
    const times = new Set<number>();
    try {
      for (const clock of [5_000_000, 5_000_000, 1000, 6_000_000]) {
        vi.setSystemTime(clock);
        vi.advanceTimersByTime(BEAT_MS);
        vi.setSystemTime(clock);
        await vi.waitFor(async () => expect(times).not.toContain((await stat(file)).mtimeMs));
        times.add((await stat(file)).mtimeMs);
      }
      expect(times.size).toBe(4);
    } finally {
      await stop();
      await handle.close();
      vi.useRealTimers();
    }
  });
});
