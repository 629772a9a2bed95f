import cliProgress from 'cli-progress';
import type {Streams} from '../app/streams.js';

const LINES_A_SECOND = 10;

type ProgressBar = {
  readonly update: (done: number, total: number) => void;
  /** Takes the bar off the screen; a later update draws it again. */
  readonly end: () => void;
};

/** A bar that is there only on a terminal and only while something is under way. */
export function progressBar(stream: NodeJS.WritableStream, title: string): ProgressBar {
  if (!('isTTY' in stream) || stream.isTTY !== true) return {update: () => {}, end: () => {}};
  const format = `  ${title} [{bar}] {value}/{total}`;
  const bar = new cliProgress.SingleBar(
    {format, stream, clearOnComplete: true, hideCursor: true},
    cliProgress.Presets.legacy,
  );
  let started = false;
  const end = (): void => {
    if (started) bar.stop();
    started = false;
  };
  return {
    end,
    update: (done, total) => {
      if (!started) bar.start(total, done);
      started = true;
      bar.update(done);
      if (done === total) end();
    },
  };
}

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
