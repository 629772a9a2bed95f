import cliProgress from 'cli-progress';

export type ProgressBar = {
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
