/** The part of a list that is visible: indices from `from` up to, not including, `to`. */
export type Window = {readonly from: number; readonly to: number};

/** The window of `height` lines with the line `at` in its middle, as far as the list reaches. */
export function windowAround(count: number, at: number, height: number): Window {
  return windowFrom(count, at - Math.floor(Math.max(1, height) / 2), height);
}

/** The window of `height` lines after scrolling down by `by` lines, at most to the end. */
export function windowFrom(count: number, by: number, height: number): Window {
  const room = Math.max(1, height);
  const from = Math.max(0, Math.min(by, count - room));
  return {from, to: Math.min(count, from + room)};
}

/** `Runs 3–14 of 20`, `Head 2 of 3`: says which part of a list is visible when not all of it is. */
export function titleWithWindow(title: string, {from, to}: Window, count: number): string {
  const visible = to - from === 1 ? String(to) : `${from + 1}–${to}`;
  return to - from >= count ? title : `${title} ${visible} of ${count}`;
}
