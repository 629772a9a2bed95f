/** Where a command writes: data to stdout, talk to stderr. */
export type Streams = {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
};
