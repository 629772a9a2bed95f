import type {RunState} from '../../runs/run-state.js';
import {thousands} from '../../util/format.js';

/** A number of the machine. */
export type SystemSeries = {
  readonly title: string;
  /** Its unit. */
  readonly name: string;
  readonly value: (sample: RunState['system'][number]) => number | undefined;
  readonly text: (value: number) => string;
  /** The most that is possible. */
  readonly max?: number;
};

const percent = (value: number): string => `${Math.round(value)} %`;
const gigabytes = (value: number): string => `${value.toFixed(2)} GB`;

const common: readonly SystemSeries[] = [
  {
    title: 'Processors',
    name: 'busy',
    value: ({processor}) => processor * 100,
    text: percent,
    max: 100,
  },
  {title: 'Memory', name: 'used', value: ({memoryBytes}) => memoryBytes / 1e9, text: gigabytes},
  {
    title: 'Speed',
    name: 'images/s',
    value: ({imagesPerSecond}) => imagesPerSecond,
    text: thousands,
  },
];

const ofCard: readonly SystemSeries[] = [
  {
    title: 'Graphics card',
    name: 'busy',
    value: ({gpu}) => gpu && gpu.utilization * 100,
    text: percent,
    max: 100,
  },
  {
    title: 'Graphics memory',
    name: 'used',
    value: ({gpu}) => gpu && gpu.memoryBytes / 1e9,
    text: gigabytes,
  },
];

/** The numbers of a run's machine; those of a graphics card where there is one. */
export function systemSeries({system}: RunState): readonly SystemSeries[] {
  return system.some(({gpu}) => gpu !== undefined) ? [...common, ...ofCard] : common;
}
