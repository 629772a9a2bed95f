import {isBroken, type RunRecord} from '../runs/run-record.js';
import {messageOf} from '../util/user-error.js';
import {readPredictions, type Prediction} from './predictions.js';
import type {Interval} from './statistics/interval.js';
import {wilsonInterval} from './statistics/wilson.js';

/** What a run says of one head, on the weights that it kept. */
export type HeadScore = {
  readonly trainAccuracy: number;
  readonly validationAccuracy: number;
  /** 95 % interval of the validation accuracy; undefined without predictions. */
  readonly interval: Interval | undefined;
  readonly images: number;
  /** Share of the majority class in validation. */
  readonly baseline: number;
};

export type ComparedRun = {
  readonly id: string;
  readonly experiment: string;
  readonly status: RunRecord['status'];
  /** Why there is nothing to compare; undefined where there is. */
  readonly problem: string | undefined;
  readonly seed: number | undefined;
  /** All numbers of all networks of the run. */
  readonly parameters: number;
  /** Training and validation of all networks. */
  readonly seconds: number;
  /** While training, mean over all epochs. */
  readonly imagesPerSecond: number;
  readonly heads: Readonly<Record<string, HeadScore>>;
};

export type Comparison = {
  readonly heads: readonly string[];
  readonly runs: readonly ComparedRun[];
};

/** Puts runs side by side; one that failed stays in the table, with the reason. */
export async function compareRuns(records: readonly RunRecord[]): Promise<Comparison> {
  const runs = await Promise.all(records.map(compared));
  return {heads: [...new Set(records.flatMap(({state}) => state.heads))], runs};
}

async function compared(record: RunRecord): Promise<ComparedRun> {
  const {state, info, status, folder} = record;
  let predictions: Prediction[] = [];
  let problem =
    state.failure?.message ?? (status === 'crashed' ? 'its trainer is gone' : undefined);
  if (problem === undefined) {
    try {
      predictions = await readPredictions(folder.predictions);
    } catch (error) {
      problem = `no predictions: ${messageOf(error)}`;
    }
  }
  const rates = state.models.flatMap(({history}) =>
    history.map(({imagesPerSecond}) => imagesPerSecond),
  );
  return {
    id: state.id,
    experiment: state.experiment,
    status,
    problem,
    seed: isBroken(info) ? undefined : info.seed,
    parameters: state.models.reduce((sum, {parameters}) => sum + parameters, 0),
    seconds: state.models.reduce((sum, {seconds}) => sum + (seconds ?? 0), 0),
    imagesPerSecond: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    heads: Object.fromEntries(
      state.heads.map(head => [head, headScore(record, head, predictions)]),
    ),
  };
}

function headScore(
  {state}: RunRecord,
  head: string,
  predictions: readonly Prediction[],
): HeadScore {
  const model = state.models.find(({heads}) => heads.includes(head));
  const own = predictions.filter(row => row.head === head);
  const right = own.filter(({label, predicted}) => label === predicted).length;
  return {
    trainAccuracy: model?.final?.train.heads[head]?.accuracy ?? Number.NaN,
    validationAccuracy: model?.final?.validation.heads[head]?.accuracy ?? Number.NaN,
    interval: own.length === 0 ? undefined : wilsonInterval(right, own.length),
    images: own.length,
    baseline: state.data?.baselines[head] ?? Number.NaN,
  };
}
