import type {HeadMetrics} from '../../compare/run-metrics.js';

/** The numbers of a head in the table of a run's heads, the most important ones first. */
export const scores = {
  accuracy: ({accuracy}) => accuracy,
  balanced: ({balancedAccuracy}) => balancedAccuracy,
  F1: ({f1}) => f1,
  majority: ({baseline}) => baseline,
  TP: ({confusion}) => confusion.truePositives,
  FN: ({confusion}) => confusion.falseNegatives,
  FP: ({confusion}) => confusion.falsePositives,
  TN: ({confusion}) => confusion.trueNegatives,
  precision: ({precision}) => precision,
  recall: ({recall}) => recall,
  'ROC-AUC': ({rocAuc}) => rocAuc,
  'PR-AUC': ({prAuc}) => prAuc,
  Brier: ({brier}) => brier,
  ECE: ({ece}) => ece,
} as const satisfies Readonly<Record<string, (metrics: HeadMetrics) => number>>;
export type Score = keyof typeof scores;

export const scoreNames = Object.keys(scores) as readonly Score[];

/** What the table is sorted by. */
export const scoreOrders = ['file order', 'head', ...scoreNames] as const;
export type ScoreOrder = (typeof scoreOrders)[number];
