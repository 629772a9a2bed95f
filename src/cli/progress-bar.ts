import cliProgress from 'cli-progress';
import type {Streams} from '../app/streams.js';
import type {CatalogueContext} from '../data/catalogue.js';

const LINES_PER_SECOND = 10;

type ProgressBar = {
  readonly update: (done: number, total: number) => void;
  /** Removes the bar; the next update draws it again. */
  readonly end: () => void;
};

/** A bar that is shown only on a terminal, and only between its updates and their end. */
export function progressBar(stream: NodeJS.WritableStream, title: string): ProgressBar {
  if (!('isTTY' in stream) || stream.isTTY !== true) return {update: () => {}, end: () => {}};
  const format = `  ${title} [{bar}] {value}/{total}`;
  const bar = new cliProgress.SingleBar(
    {format, stream, clearOnComplete: true, hideCursor: true},
    cliProgress.Presets.legacy,
  );
  let isShown = false;
  const end = (): void => {
    if (isShown) bar.stop();
    isShown = false;
  };
  return {
    end,
    update: (done, total) => {
      if (!isShown) bar.start(total, done);
      isShown = true;
      bar.update(done);
      if (done === total) end();
    },
  };
}

/** A bar for each thing that is done before the images of a data set are there. */
export function dataBars(
  json: boolean,
  streams: Streams,
): {readonly update: CatalogueContext['onProgress']; readonly end: () => void} {
  const bars = {
    drawing: dataProgress('drawing the sample faces, once for this machine', json, streams),
    indexing: dataProgress('looking for the images, once for this machine', json, streams),
    reading: dataProgress('reading the images', json, streams),
  };
  return {
    update: (what, done, total) => bars[what].update(done, total),
    end: () => Object.values(bars).forEach(bar => bar.end()),
  };
}

/** A bar, or at most ten JSON lines per second such as `{"done": 12, "total": 2640}`. */
export function dataProgress(title: string, json: boolean, {stdout, stderr}: Streams): ProgressBar {
  if (!json) return progressBar(stderr, title);
  let last = Number.NEGATIVE_INFINITY;
  return {
    end: () => {},
    update: (done, total) => {
      const now = performance.now();
      if (done < total && now - last < 1000 / LINES_PER_SECOND) return;
      last = now;
      stdout.write(`${JSON.stringify({done, total})}\n`);
    },
  };
}
