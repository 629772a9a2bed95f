/** The program on a copy as long as CelebA: reading, the cache, and an epoch over all that trains. */
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {quantile} from '../results-section.mjs';
import {watched} from './watched.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = path.join(root, 'dist', 'main.js');
const median = values => quantile(values, 0.5);
const megabytes = bytes => `${Math.round(bytes / 1e6)} MB`;
const secondsText = value => `${value.toFixed(2)} s`;
const whole = value => Math.round(value).toLocaleString('en');

const celebaTui = (args, options) => watched(process.execPath, [program, ...args], options);

/** @returns A line: what, value, goal. */
const line = (what, value, goal) =>
  `- ${what}: **${value}**${goal === undefined ? '' : ` (goal: ${goal})`}`;

export async function readingLines(data, env, say) {
  const infos = [];
  const labels = [];
  const script = path.join(root, 'bench', 'data', 'labels.mjs');
  for (let round = 0; round < 3; round++) {
    infos.push(await celebaTui(['data', 'info', '--data', data, '--json'], {env}));
    labels.push(JSON.parse((await watched(process.execPath, [script, data])).output));
    say(
      `data info ${secondsText(infos[round].seconds)}, labels ${secondsText(labels[round].seconds)}`,
    );
  }
  const {images} = JSON.parse(infos[0].output);
  const info = secondsText(median(infos.map(({seconds}) => seconds)));
  const [{attributes}] = labels;
  return [
    line(`\`data info\` of ${whole(images)} images, whole process, median of 3`, info, '3 s'),
    line(
      `reading \`list_attr_celeba.txt\` with ${attributes} attributes, median of 3`,
      secondsText(median(labels.map(({seconds}) => seconds))),
      '1 s',
    ),
  ];
}

/** Fractions of the work at which the memory is reported. */
const FRACTIONS = [0.25, 0.5, 0.75, 1];

export async function prepareLines(data, env, say) {
  let done;
  let total;
  const marks = [];
  const onLine = text => {
    const read = JSON.parse(text);
    if (read.total === undefined) return;
    ({done, total} = read);
    marks.push({done, at: performance.now()});
  };
  const args = ['data', 'prepare', 'forty-heads', '--data', data, '--json'];
  const progress = () => (total === undefined ? undefined : done / total);
  const {seconds, memory} = await celebaTui(args, {env, onLine, progress});
  const [first, last] = [marks[0], marks.at(-1)];
  const steady = (last.done - first.done) / ((last.at - first.at) / 1000);
  say(`data prepare: ${secondsText(seconds)}`);
  const sampled = memory.samples.filter(sample => sample.done !== undefined);
  const at = fraction => {
    // Once all is done the workers are gone: the last sample before that counts for 100 %.
    const reached =
      sampled.filter(sample => sample.done < 1 && sample.done <= fraction).at(-1) ?? sampled[0];
    return reached === undefined ? 'not measured' : megabytes(reached.proportional);
  };
  const along = FRACTIONS.map(fraction => `${at(fraction)} at ${fraction * 100} %`).join(', ');
  return [
    line(
      `\`data prepare forty-heads\`, ${whole(total)} images, whole process`,
      `${whole(total / seconds)} images/s, ${secondsText(seconds)}`,
    ),
    line('the same while it decodes', `${whole(steady)} images/s`),
    line('memory meanwhile, parent and workers together', along, 'flat'),
  ];
}

/** Events of the one run in a folder. */
function eventsIn(runs) {
  const [name] = readdirSync(runs).filter(name => /^\d{8}-/.test(name));
  return readFileSync(path.join(runs, name, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(text => JSON.parse(text));
}

async function train({data, runs, env, epochs, say}) {
  const set = ['--set', `training.epochs=${epochs}`];
  const args = ['run', 'forty-heads', '--ci', ...set, '--data', data, '--runs', runs];
  const {startedAt, pid, memory} = await celebaTui(args, {env});
  const events = eventsIn(runs);
  const first = type => events.find(event => event.type === type);
  const at = type => (Date.parse(first(type).at) - startedAt) / 1000;
  const {trainImages} = first('data.loaded');
  const rates = events
    .filter(({type}) => type === 'epoch.ended')
    .map(({trainSeconds}) => trainImages / trainSeconds);
  say(`${trainImages} images: ${rates.map(whole).join(' ')} images/s`);
  return {
    rates,
    trainImages,
    parentPeak: memory.highest.get(pid),
    trainerPeak: events.find(({type}) => type === 'run.finished').peakMemoryBytes,
    loadSeconds: first('data.loaded').seconds,
    started: at('run.started'),
    epochStarted: at('epoch.started'),
    batchEnded: at('batch.ended'),
  };
}

/** The network has to get used to the machine: these epochs of the small run are left out. */
const WARM_UP = 2;

/** The small run before and after the long one: the machine's rate changes with what else it does. */
export async function trainingLines({data, small, work, env, smallEpochs, say}) {
  const runSmall = name =>
    train({data: small, runs: path.join(work, name), env, epochs: smallEpochs + WARM_UP, say});
  const before = await runSmall('runs-before');
  const long = await train({data, runs: path.join(work, 'runs-long'), env, epochs: 1, say});
  const after = await runSmall('runs-after');
  const rates = [before, after].flatMap(run => run.rates.slice(WARM_UP));
  const smallRate = median(rates);
  const percent = (long.rates[0] / smallRate) * 100;
  const range = `${whole(Math.min(...rates))}-${whole(Math.max(...rates))}`;
  const images = whole(long.trainImages);
  const parent = long.parentPeak === undefined ? 'not measured' : megabytes(long.parentPeak);
  const fromTrainer = long.epochStarted - long.started;
  return [
    line(`an epoch of forty-heads over ${images} images`, `${whole(long.rates[0])} images/s`),
    line(
      `the same network on ${whole(before.trainImages)} images, ${rates.length} epochs before and after it`,
      `${whole(smallRate)} images/s, ${range}`,
    ),
    line('the long epoch beside the short ones', `${percent.toFixed(0)} %`, '90 %'),
    line("the trainer's peak memory", megabytes(long.trainerPeak), '1,500 MB'),
    line("the parent's peak memory", parent, '300 MB'),
    line(
      `from the trainer's first word to the first step, ${images} images in a warm cache`,
      `${secondsText(fromTrainer)}, of them ${secondsText(long.loadSeconds)} for the data`,
      '1 s',
    ),
    line('from the start of the program to the first step', secondsText(long.epochStarted)),
    line(
      `both on ${whole(before.trainImages)} images`,
      `${secondsText(after.epochStarted - after.started)} and ${secondsText(after.epochStarted)}`,
    ),
  ];
}
