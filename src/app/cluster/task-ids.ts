/** More tasks than any array has: a range that is longer was not written by Slurm. */
const MAX_TASKS = 4_000_000;

/**
 * The ids of the tasks that Slurm names by one id: `12_3`, or `12_[0,2-9:2%4]` for those of an array
 * that wait. A job that is no array has one id.
 */
export function taskIds(id: string): string[] {
  const [, job, ranges] = /^(\d+)_\[([\d,:-]+)(?:%\d+)?\]$/.exec(id) ?? [];
  if (job === undefined || ranges === undefined) return /^\d+(?:_\d+)?$/.test(id) ? [id] : [];
  return ranges.split(',').flatMap(range => indexesOf(range).map(index => `${job}_${index}`));
}

function indexesOf(range: string): number[] {
  const [, first, last = first, step = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(range) ?? [];
  if (first === undefined) return [];
  const length = Math.floor((Number(last) - Number(first)) / Number(step)) + 1;
  if (!(length > 0 && length <= MAX_TASKS)) return [];
  return Array.from({length}, (_, index) => Number(first) + index * Number(step));
}
