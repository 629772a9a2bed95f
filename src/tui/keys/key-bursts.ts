/** A click with the left button, or a step of the wheel, at a cell counted from 0. */
export type Pointer = {
  readonly kind: 'click' | 'up' | 'down';
  readonly column: number;
  readonly row: number;
};

/** One key press by its name in `key-names.ts`, a text that was pasted, or what the mouse did. */
export type Input = {readonly key: string} | {readonly paste: string} | {readonly pointer: Pointer};

/** What arrived together. */
export type Burst = {
  readonly inputs: readonly Input[];
  /** The same number for reads that are pieces of one paste. */
  readonly id: number;
  /** Whether a person pressed this one key or button: nothing else came with it. */
  readonly isAlone: boolean;
};

/**
 * What follows several keys faster than this belongs to them: a long paste comes in pieces, and
 * where the terminal does not mark pastes only their speed tells them from typing.
 */
const TOGETHER_MS = 15;

/** Puts together what one read of the terminal brought, and the reads that belong together. */
export class KeyBursts {
  readonly #onBurst: (burst: Burst) => void;
  readonly #now: () => number;
  #inputs: Input[] = [];
  #id = 0;
  /** When several keys came last, or what belongs to them. */
  #lastSeveral = Number.NEGATIVE_INFINITY;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(onBurst: (burst: Burst) => void, now = (): number => performance.now()) {
    this.#onBurst = onBurst;
    this.#now = now;
  }

  /** Takes a part of a read. All parts come in one turn of the event loop; then they are told. */
  readonly add = (...inputs: readonly Input[]): void => {
    if (inputs.length === 0) return;
    if (this.#inputs.length === 0) queueMicrotask(this.#tell);
    this.#inputs.push(...inputs);
  };

  readonly #tell = (): void => {
    const inputs = this.#inputs;
    this.#inputs = [];
    const now = this.#now();
    const follows = now - this.#lastSeveral < TOGETHER_MS;
    if (follows || inputs.length > 1) this.#lastSeveral = now;
    if (!follows) this.#id += 1;
    if (!isReply(inputs))
      this.#onBurst({inputs, id: this.#id, isAlone: inputs.length === 1 && !follows});
  };
}

/**
 * Whether a terminal sent this by itself: OSC, DCS, APC, PM and SOS strings, such as its colours or
 * which images it draws, begin with ESC and one of these characters, and end with ESC \ or BEL.
 */
function isReply(inputs: readonly Input[]): boolean {
  const names = [inputs[0], inputs.at(-1)].map(input =>
    input !== undefined && 'key' in input ? input.key.replace('alt-', '') : '',
  );
  return inputs.length > 2 && /^[\]P_^X] (\\|ctrl-g)$/.test(names.join(' '));
}
