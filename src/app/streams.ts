/** Where a command writes: data to stdout, talk to stderr. */
export type Streams = {
  /** `columns` is the width of the terminal, where it is one. */
  readonly stdout: NodeJS.WritableStream & {readonly columns?: number | undefined};
  readonly stderr: NodeJS.WritableStream;
};
