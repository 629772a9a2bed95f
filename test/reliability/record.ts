import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {reliabilityMarkdown, type Campaign} from './markdown.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const folder = path.join(docs, 'reliability');

/** Every campaign's results, by the names of their files. */
export function readCampaigns(): Campaign[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Campaign);
}

/** Writes `docs/reliability.md` from what the campaigns left. */
export function writePage(): void {
  writeFileSync(path.join(docs, 'reliability.md'), reliabilityMarkdown(readCampaigns()));
}

/**
 * Keeps a campaign's results, with day and machine, and writes the page again.
 *
 * @param keep Else they are only printed.
 */
export function recordCampaign(
  name: string,
  results: Omit<Campaign, 'measured' | 'machine'>,
  keep: boolean,
): void {
  const {title, question, command, rows} = results;
  const campaign: Campaign = {
    ...{title, question, command},
    measured: new Date().toISOString().slice(0, 10),
    machine: `${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 1e9)} GB, ${os.type()} ${os.release().split('-')[0]}, Node ${process.versions.node}`,
    rows,
  };
  if (!keep) {
    process.stdout.write(`${reliabilityMarkdown([campaign])}\nNot kept.\n`);
    return;
  }
  mkdirSync(folder, {recursive: true});
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(campaign, null, 2)}\n`);
  writePage();
}
