/** 687298 as `687,298`, whatever the locale of the machine. */
export function thousands(value: number): string {
  // Loading the locale tables would delay the first frame.
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 epoch`, `15 epochs` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `scale or size`; `adam, sgd, momentum or rmsprop` */
export function listed(names: readonly string[], word = 'or'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** `a, b`; `a, b, …` where there are more than `most`. */
export function firstOf(names: readonly string[], most: number): string {
  return [...names.slice(0, most), ...(names.length > most ? ['…'] : [])].join(', ');
}

/** 0.8725 as `0.8725`; NaN as `NaN`. */
export function fraction(value: number, digits = 4): string {
  return Number.isFinite(value) ? value.toFixed(digits) : String(value);
}

/** A probability of `yes` (the label 1): 0.07031 as `0.070`; `-` for NaN. */
export function probabilityText(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '-';
}

/** 75.3 as `1m 15s`, 4.27 as `4.3s`, 7320 as `2h 2m`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}

/** 0.834 as `0.83 ms`, 12.34 as `12.3 ms`, 140.2 as `140 ms`. */
export function milliseconds(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return `${value.toFixed(value < 1 ? 2 : value < 100 ? 1 : 0)} ms`;
}

/** Bytes in decimal units: `412 MB`, `1.31 GB`. */
export function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} GB`;
  if (value >= 1e6) return `${Math.round(value / 1e6)} MB`;
  return value >= 1e3 ? `${Math.round(value / 1e3)} kB` : `${value} B`;
}

/* eslint-disable no-control-regex -- matches control characters on purpose */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/* eslint-enable no-control-regex */

/**
 * Makes text from a file or another program safe to print: replaces control characters, which could
 * change the terminal, and characters that change the direction of text by `?`. Keeps line ends and
 * tabs.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unprintable, '?');
}

/** As `printable`, on one line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/[\n\t]+/g, ' ');
}

/**
 * Writes such characters as `\u009b`, for JSON and YAML, where this means the same and is safe to
 * print.
 */
export function escaped(text: string): string {
  return text.replaceAll(
    new RegExp(unprintable, 'g'),
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The first of the warnings that differ in numbers only, as those of folds and of new samples do. */
export function withoutRepeats(warnings: readonly string[]): readonly string[] {
  const firsts = new Map<string, string>();
  for (const text of warnings) {
    const words = text.replaceAll(/[\d.,]+/g, '0');
    if (!firsts.has(words)) firsts.set(words, text);
  }
  return [...firsts.values()];
}
