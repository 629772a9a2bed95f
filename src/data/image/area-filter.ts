/** [height, width] in pixels. */
export type Size = readonly [height: number, width: number];

/** Which source pixels make one target pixel, along one side, and how much each counts. */
type Spans = {
  readonly first: Int32Array;
  /** Source pixels of each target pixel. */
  readonly count: Int32Array;
  /** Target by target, `longest` weights each; those of one target add up to 1. */
  readonly weights: Float32Array;
  readonly longest: number;
};

/**
 * Scales an RGB image so that every target pixel is the mean of the area it covers in the
 * source, parts of pixels included: TensorFlow's `ResizeArea`, rounded to the nearest level.
 *
 * @param source [height * width * 3], 0 to 255.
 * @returns      [height * width * 3] of the target.
 */
export function areaFilter(source: Uint8Array, [height, width]: Size, target: Size): Uint8Array {
  const [targetHeight, targetWidth] = target;
  const rows = spansOf(height, targetHeight);
  const columns = spansOf(width, targetWidth);
  const line = new Float32Array(width * 3);
  const out = new Uint8Array(targetHeight * targetWidth * 3);
  for (let row = 0; row < targetHeight; row++) {
    addRows(source, rows, row, line);
    addColumns(line, columns, out.subarray(row * targetWidth * 3, (row + 1) * targetWidth * 3));
  }
  return out;
}

/** The weighted mean of the source rows of one target row. */
function addRows(source: Uint8Array, rows: Spans, row: number, line: Float32Array): void {
  const first = rows.first[row] as number;
  const count = rows.count[row] as number;
  line.fill(0);
  for (let step = 0; step < count; step++) {
    const weight = rows.weights[row * rows.longest + step] as number;
    const start = (first + step) * line.length;
    for (let at = 0; at < line.length; at++) {
      line[at] = (line[at] as number) + weight * (source[start + at] as number);
    }
  }
}

function addColumns(line: Float32Array, columns: Spans, out: Uint8Array): void {
  for (let column = 0; column * 3 < out.length; column++) {
    const count = columns.count[column] as number;
    let at = (columns.first[column] as number) * 3;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let step = 0; step < count; step++, at += 3) {
      const weight = columns.weights[column * columns.longest + step] as number;
      red += weight * (line[at] as number);
      green += weight * (line[at + 1] as number);
      blue += weight * (line[at + 2] as number);
    }
    out[column * 3] = red + 0.5;
    out[column * 3 + 1] = green + 0.5;
    out[column * 3 + 2] = blue + 0.5;
  }
}

function spansOf(source: number, target: number): Spans {
  const scale = source / target;
  const longest = Math.ceil(scale) + 1;
  const spans = {
    first: new Int32Array(target),
    count: new Int32Array(target),
    weights: new Float32Array(target * longest),
    longest,
  };
  for (let index = 0; index < target; index++) {
    const start = index * scale;
    const end = Math.min((index + 1) * scale, source);
    const first = Math.floor(start);
    const count = Math.min(Math.ceil(end), source) - first;
    spans.first[index] = first;
    spans.count[index] = count;
    for (let step = 0; step < count; step++) {
      const covered = Math.min(end, first + step + 1) - Math.max(start, first + step);
      spans.weights[index * longest + step] = covered / (end - start);
    }
  }
  return spans;
}

/**
 * What happens to an image with other proportions than the network's input: it is stretched, as
 * training does, or its largest centred part of the right proportions is used.
 */
export type Fit = 'stretch' | 'crop';

/** Whether an image's proportions are not those of the target, give or take a pixel of it. */
export function hasOtherProportions([height, width]: Size, target: Size): boolean {
  return Math.abs((width / height) * target[0] - target[1]) > 1;
}

/** The largest centred part of an image that has the target's proportions, in whole pixels. */
export function centredPart(
  [height, width]: Size,
  target: Size,
): {readonly left: number; readonly top: number; readonly width: number; readonly height: number} {
  const scale = Math.min(height / target[0], width / target[1]);
  const part = [target[0] * scale, target[1] * scale].map(side => Math.max(1, Math.round(side)));
  const [partHeight, partWidth] = part as [number, number];
  return {
    left: Math.floor((width - partWidth) / 2),
    top: Math.floor((height - partHeight) / 2),
    width: partWidth,
    height: partHeight,
  };
}
