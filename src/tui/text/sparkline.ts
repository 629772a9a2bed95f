const BARS = '▁▂▃▄▅▆▇█';

/** Values as bars between their least and their most, in at most `width` columns: of more, every n-th. */
export function sparkline(values: readonly number[], width: number): string {
  const count = Math.min(width, values.length);
  const shown = Array.from(
    {length: count},
    (_, index) => values[Math.round(((index + 1) * values.length) / count) - 1] ?? Number.NaN,
  );
  const finite = shown.filter(Number.isFinite);
  const least = Math.min(...finite);
  const span = Math.max(...finite) - least;
  return shown
    .map(value => {
      if (!Number.isFinite(value)) return ' ';
      const level = span === 0 ? 3 : Math.round(((value - least) / span) * (BARS.length - 1));
      return BARS[level] ?? ' ';
    })
    .join('');
}
