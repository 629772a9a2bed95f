import {existsSync} from 'node:fs';
import {chromium, type Browser} from 'playwright-core';

/** The Chromium of this machine; `CHROMIUM` names another one. undefined where there is none. */
export const chromiumPath = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(file => file !== undefined && existsSync(file));

export const withoutChromium =
  chromiumPath === undefined
    ? ' (skipped: no Chromium here; apt-get install chromium, or name one in CHROMIUM)'
    : '';

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
