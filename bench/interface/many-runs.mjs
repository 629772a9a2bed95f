/**
 * `node bench/interface/many-runs.mjs DIR [COUNT] [SEED]`: fills a folder with runs for measuring and
 * for looking at long lists. Each is a copy of a recorded run with an id, a time, a seed and a place in
 * a matrix of its own; the same seed gives the same folder.
 */
import {cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus';
import {uniformInt} from 'pure-rand/distribution/uniformInt';

const recorded = fileURLToPath(new URL('../../test/fixtures/interface/runs', import.meta.url));
const FIRST_MS = Date.UTC(2026, 0, 1);
/** Every run with as many epochs as a real one. */
const EPOCHS_TIMES = 3;

/** The events of a recorded run, its epochs several times one after the other. */
function longer(events) {
  const first = events.findIndex(({type}) => type === 'epoch.started');
  const end = events.findLastIndex(({type}) => type === 'checkpoint.saved') + 1;
  if (first === -1 || events.filter(({type}) => type === 'model.started').length > 1) return events;
  const cycle = events.slice(first, end);
  const epochs = cycle.filter(({type}) => type === 'epoch.started').length;
  const repeated = Array.from({length: EPOCHS_TIMES}, (_, round) =>
    cycle.map(event =>
      'epoch' in event ? {...event, epoch: event.epoch + round * epochs} : event,
    ),
  );
  return [...events.slice(0, first), ...repeated.flat(), ...events.slice(end)];
}

export function makeManyRuns(folder, count, seed = 1) {
  const random = xoroshiro128plus(seed);
  const runs = readdirSync(recorded).map(id => ({
    id,
    info: JSON.parse(readFileSync(path.join(recorded, id, 'run.json'), 'utf8')),
    events: longer(
      readFileSync(path.join(recorded, id, 'events.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ),
  }));
  for (let at = 0; at < count; at++) {
    const run = runs[uniformInt(random, 0, runs.length - 1)];
    const scale = [0.5, 1, 1.5, 2][uniformInt(random, 0, 3)];
    const time = new Date(FIRST_MS + at * 600_000).toISOString();
    const stamp = time.replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
    const experiment = `faces-of-many-people.scale-${scale}.${run.info.experiment}`;
    const id = `${stamp}-${experiment}-${uniformInt(random, 0, 0xffff).toString(16).padStart(4, '0')}`;
    const target = path.join(folder, id);
    mkdirSync(folder, {recursive: true});
    cpSync(path.join(recorded, run.id), target, {recursive: true});
    const info = {
      ...run.info,
      id,
      experiment,
      file: 'faces-of-many-people',
      variant: {'data.image.scale': scale, 'model.kind': run.info.experiment},
      seed: at % 5,
      started: time,
      batch: `batch-${Math.floor(at / 20)}`,
    };
    writeFileSync(path.join(target, 'run.json'), JSON.stringify(info));
    const lines = run.events.map((event, index) =>
      JSON.stringify({
        ...event,
        ...(event.type === 'run.started' ? {experiment} : {}),
        run: id,
        seq: index + 1,
      }),
    );
    writeFileSync(path.join(target, 'events.jsonl'), `${lines.join('\n')}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, count = '1000', seed = '1'] = process.argv.slice(2);
  makeManyRuns(folder, Number(count), Number(seed));
}
