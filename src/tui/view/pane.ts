import {fitLine, line, span, type Line} from '../text/line.js';
import type {Window} from './window.js';

/** A framed part of the screen. */
export type Pane = {
  readonly key: string;
  readonly title: string;
  /** Outer size, with the frame. */
  readonly width: number;
  readonly height: number;
  /** Whether keys act on it. */
  readonly focused: boolean;
  /** Lines inside; those that do not fit are not drawn. */
  readonly lines: readonly Line[];
};

/** Panes side by side or one below the other, as deep as it needs. */
export type Layout =
  Pane | {readonly direction: 'row' | 'column'; readonly parts: readonly Layout[]};

export function sideBySide(...parts: readonly Layout[]): Layout {
  return {direction: 'row', parts};
}

export function stacked(...parts: readonly Layout[]): Layout {
  return {direction: 'column', parts};
}

/** Columns and lines inside a pane's frame, with one blank at each side. */
export function inside({width, height}: Pick<Pane, 'width' | 'height'>): {
  readonly width: number;
  readonly height: number;
} {
  return {width: Math.max(1, width - 4), height: Math.max(1, height - 2)};
}

/** `Runs 3-14 of 20`: what of a list is seen, where not all of it is. */
export function titleWithWindow(title: string, {from, to}: Window, count: number): string {
  return to - from >= count ? title : `${title} ${from + 1}-${to} of ${count}`;
}

/** A label and its value, values in one column. */
export function factLine(label: string, value: string, labelWidth: number): Line {
  return [...fitLine(line(label, 'faint'), labelWidth), span(value)];
}

/** Parts of a length that are as equal as whole columns can be. */
export function shares(length: number, parts: number): number[] {
  return Array.from(
    {length: parts},
    (_, index) => Math.floor((length * (index + 1)) / parts) - Math.floor((length * index) / parts),
  );
}
