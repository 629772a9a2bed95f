import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {fileURLToPath} from 'node:url';

const file = fileURLToPath(new URL('RESULTS.md', import.meta.url));

/** Puts a section of RESULTS.md in the place of the one with the same title, or at the end. */
export function writeSection(title, lines) {
  const own = [`## ${title}`, '', ...lines].join('\n').trimEnd();
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Results of the benches\n';
  const parts = before.split(/(?=^## )/m).map(part => part.trimEnd());
  const at = parts.findIndex(part => part.startsWith(`## ${title}\n`));
  if (at === -1) parts.push(own);
  else parts[at] = own;
  writeFileSync(file, `${parts.join('\n\n')}\n`);
  process.stdout.write(`${own}\n`);
}

/** Sorted values' value at a share from 0 to 1, nearest rank. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** When and where something was measured. */
export function machineLine(...versions) {
  const cpus = os.cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}; ${cpus.length} cores of ${cpus[0]?.model ?? 'an unknown processor'}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GiB; Node ${process.versions.node}`,
    ...versions,
  ].join(', ');
}
