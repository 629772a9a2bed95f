import {progressBar, type ProgressBar} from './progress-bar.js';
import type {Streams} from '../app/streams.js';

const LINES_A_SECOND = 10;

/** A bar for people, or at most ten lines a second such as `{"done": 12, "total": 2640}`. */
export function dataProgress(title: string, json: boolean, {stdout, stderr}: Streams): ProgressBar {
  if (!json) return progressBar(stderr, title);
  let last = Number.NEGATIVE_INFINITY;
  return {
    end: () => {},
    update: (done, total) => {
      const now = performance.now();
      if (done < total && now - last < 1000 / LINES_A_SECOND) return;
      last = now;
      stdout.write(`${JSON.stringify({done, total})}\n`);
    },
  };
}
