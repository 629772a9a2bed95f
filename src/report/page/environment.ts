import {isBroken} from '../../runs/run-record.js';
import {bytes, thousands} from '../../util/format.js';
import type {TableData} from '../tables/table-data.js';
import type {Report} from './report.js';

/** Where, with what and on which data the runs were made: each fact once, with all its values. */
export function environmentTable({rows, version, written}: Report): TableData {
  const facts = new Map<string, Set<string>>();
  const add = (name: string, value: string | number | undefined): void => {
    if (value === undefined || value === '') return;
    const known = facts.get(name) ?? new Set();
    facts.set(name, known.add(String(value)));
  };
  for (const {records} of rows) {
    for (const {info, state} of records) {
      add('started', state.startedAt);
      if (state.data !== undefined) {
        const {source, trainImages, validationImages} = state.data;
        add('data', source);
        add(
          'images',
          `${thousands(trainImages)} to train, ${thousands(validationImages)} to validate`,
        );
      }
      add('backend', state.backend);
      if (state.memoryBytes > 0) add('memory in use at the end', bytes(state.memoryBytes));
      if (isBroken(info)) continue;
      add('data folder', info.dataRoot);
      add('data fingerprint', info.dataFingerprint);
      for (const [name, value] of Object.entries(info.versions))
        if (name !== 'backend') add(name, value);
      add('commit', info.git && `${info.git.commit}${info.git.dirty ? ' with changes' : ''}`);
      const {platform, arch, cpus, memoryBytes} = info.host;
      add('machine', `${platform} ${arch}, ${cpus} processors, ${bytes(memoryBytes)} of memory`);
      add('configuration', info.configHash);
    }
  }
  add('report written', `${written} by celeba-tui ${version}`);
  return {
    header: ['', 'value'],
    rows: [...facts].map(([name, values]) => [name, listed([...values].sort())]),
    right: [],
  };
}

const LISTED = 6;

function listed(values: readonly string[]): string {
  if (values.length <= LISTED) return values.join(' · ');
  return `${values[0] ?? ''} … ${values.at(-1) ?? ''} (${values.length} values)`;
}
