import {InputParser, type InputPart} from './input-parser.js';

/** How long the rest of a sequence may take: over a slow line it comes in pieces. */
const PIECES_MS = 50;

/**
 * The standard input as Ink sees it: all as it is, but a read returns only keys. What was pasted
 * goes to `onPaste`, in its place between the keys; answers and reports of the terminal go nowhere.
 */
export function typedInput<Stream extends NodeJS.ReadStream>(
  stdin: Stream,
  onPaste: (text: string) => void,
): Stream {
  const parser = new InputParser();
  const waiting: InputPart[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    waiting.push(...parser.flush());
    if (waiting.length > 0) stdin.emit('readable');
  };
  const receive = (): boolean => {
    const chunk = stdin.read() as string | Buffer | null;
    if (chunk === null) return false;
    clearTimeout(timer);
    waiting.push(...parser.push(chunk.toString()));
    if (parser.isWaiting) timer = setTimeout(flush, PIECES_MS);
    return true;
  };
  const read = (): string | null => {
    do {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        if ('keys' in part) return part.keys;
        onPaste(part.paste);
      }
    } while (receive());
    return null;
  };
  return new Proxy(stdin, {
    get: (target, key): unknown => {
      if (key === 'read') return read;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function'
        ? (value as (...args: unknown[]) => unknown).bind(target)
        : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}
