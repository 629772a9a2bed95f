/** The part of a list that is seen, so that the cursor is in it. */
export type Window = {readonly from: number; readonly to: number};

/**
 * @param count Lines of the list.
 * @param at Line that must be seen, from 0.
 * @param height Lines that are seen at once, 1 or more.
 */
export function windowAround(count: number, at: number, height: number): Window {
  const room = Math.max(1, height);
  const middle = Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
  return {from: middle, to: Math.min(count, middle + room)};
}

/** The part of a text that is seen after scrolling down by `by` lines. */
export function windowFrom(count: number, by: number, height: number): Window {
  const room = Math.max(1, height);
  const from = Math.max(0, Math.min(by, count - room));
  return {from, to: Math.min(count, from + room)};
}
