import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {reliabilityMarkdown} from '../reliability/markdown.js';
import {readCampaigns} from '../reliability/record.js';

const page = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

it('docs/reliability.md is what the campaigns measured', () => {
  const campaigns = readCampaigns();
  const text = existsSync(page) ? readFileSync(page, 'utf8') : undefined;
  // Before the first measurement there is no page.
  expect(text).toBe(campaigns.length === 0 ? undefined : reliabilityMarkdown(campaigns));
});
