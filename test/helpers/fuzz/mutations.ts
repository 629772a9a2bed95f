import fc from 'fast-check';

/** One change of a file's bytes; places are taken modulo its length. */
export type Mutation =
  | {readonly kind: 'flip'; readonly at: number; readonly bit: number}
  | {readonly kind: 'set'; readonly at: number; readonly byte: number}
  | {readonly kind: 'cut'; readonly at: number; readonly length: number}
  | {readonly kind: 'insert'; readonly at: number; readonly piece: Buffer}
  | {readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number}
  | {readonly kind: 'end'; readonly at: number}
  | {readonly kind: 'swap-lines'; readonly at: number; readonly other: number}
  | {readonly kind: 'drop-line'; readonly at: number}
  | {readonly kind: 'double-line'; readonly at: number}
  /** What a reader that knows the format by its form alone lets through. */
  | {readonly kind: 'other-word'; readonly at: number; readonly other: number}
  | {readonly kind: 'number'; readonly at: number; readonly text: string};

/** Pieces that break readers of any format. */
const commonPieces = [
  '\u0000',
  '\ufeff',
  '\r',
  '\r\n',
  '\n',
  '\t',
  ' ',
  ',',
  '"',
  '-1',
  '1e999',
  'NaN',
  '\u001b[2J',
  '\u009b31m',
  '\u202e',
  '../',
  '__proto__',
  '9'.repeat(400),
].map(text => Buffer.from(text));

/** What no encoding of text allows. */
const badBytes = [Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0xed, 0xa0, 0x80])];

/** What a number of a file becomes; most are sensible somewhere. */
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '7',
  '12',
  '100',
  '-1',
  '0.5',
  '1e9',
  '1e-9',
  '9'.repeat(20),
];

const place = fc.nat(2 ** 20);

/**
 * Some changes, with pieces of the format's own beside those that break any. Half of the files have
 * one change only: the more there are, the earlier a reader gives up.
 */
export function mutations(pieces: readonly string[], most = 5): fc.Arbitrary<Mutation[]> {
  const all = [...pieces.map(text => Buffer.from(text)), ...commonPieces, ...badBytes];
  const change = fc.oneof(
    fc.record({kind: fc.constant('flip' as const), at: place, bit: fc.nat(7)}),
    fc.record({kind: fc.constant('set' as const), at: place, byte: fc.nat(255)}),
    fc.record({kind: fc.constant('cut' as const), at: place, length: fc.nat(40)}),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('insert' as const),
        at: place,
        piece: fc.constantFrom(...all),
      }),
    },
    fc.record({
      kind: fc.constant('repeat' as const),
      at: place,
      length: fc.nat(60),
      times: fc.nat(20),
    }),
    fc.record({kind: fc.constant('end' as const), at: place}),
    fc.record({kind: fc.constant('swap-lines' as const), at: place, other: place}),
    fc.record({kind: fc.constant('drop-line' as const), at: place}),
    fc.record({kind: fc.constant('double-line' as const), at: place}),
    {
      weight: 3,
      arbitrary: fc.record({kind: fc.constant('other-word' as const), at: place, other: place}),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('number' as const),
        at: place,
        text: fc.constantFrom(...numbers),
      }),
    },
  );
  return fc.oneof(
    change.map(own => [own]),
    fc.array<Mutation>(change, {minLength: 1, maxLength: most}),
  );
}

export function mutated(bytes: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce(applied, bytes);
}

function applied(bytes: Buffer, change: Mutation): Buffer {
  const at = change.at % (bytes.length + 1);
  switch (change.kind) {
    case 'flip':
    case 'set': {
      const out = Buffer.from(bytes);
      if (at < out.length)
        out[at] = change.kind === 'set' ? change.byte : (out[at] as number) ^ (1 << change.bit);
      return out;
    }
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.length)]);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), change.piece, bytes.subarray(at)]);
    case 'repeat': {
      const piece = bytes.subarray(at, at + change.length);
      const copies = Array.from({length: change.times}, () => piece);
      return Buffer.concat([bytes.subarray(0, at), ...copies, bytes.subarray(at)]);
    }
    case 'end':
      return bytes.subarray(0, at);
    case 'other-word':
    case 'number':
      return Buffer.from(withWord(bytes.toString('latin1'), change), 'latin1');
    default:
      return Buffer.from(withLines(bytes.toString('latin1').split('\n'), change), 'latin1');
  }
}

function withWord(
  text: string,
  change: Extract<Mutation, {kind: 'other-word' | 'number'}>,
): string {
  const words = [...text.matchAll(change.kind === 'number' ? /\d+(\.\d+)?/g : /[\w.-]+/g)];
  const found = words[change.at % words.length];
  if (found === undefined) return text;
  const other = change.kind === 'number' ? change.text : words[change.other % words.length]![0];
  return text.slice(0, found.index) + other + text.slice(found.index + found[0].length);
}

function withLines(
  lines: string[],
  change: Extract<Mutation, {kind: 'swap-lines' | 'drop-line' | 'double-line'}>,
): string {
  const at = change.at % lines.length;
  const own = lines[at] as string;
  if (change.kind === 'drop-line') lines.splice(at, 1);
  else if (change.kind === 'double-line') lines.splice(at, 0, own);
  else {
    const other = change.other % lines.length;
    lines[at] = lines[other] as string;
    lines[other] = own;
  }
  return lines.join('\n');
}
