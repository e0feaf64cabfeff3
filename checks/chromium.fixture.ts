import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const { CHROMIUM = '', PATH = '', REQUIRE_CHROMIUM } = process.env;

const installed = [
  CHROMIUM,
  ...PATH.split(delimiter).map((folder) => join(folder, 'chromium')),
  '/usr/bin/chromium',
].find((path) => path !== '' && existsSync(path));

/** Where no Chromium is installed its tests are skipped, unless REQUIRE_CHROMIUM=1: then they fail. */
export const chromiumIsMissing = installed === undefined && REQUIRE_CHROMIUM !== '1';

/** `args`: more of Chromium's own. */
export const launchChromium = (args: readonly string[] = []): Promise<Browser> => {
  if (installed === undefined) {
    throw new Error('No Chromium: install one (apt-get install chromium), or name one by CHROMIUM.');
  }
  return chromium.launch({
    executablePath: installed,
    // It asks for nothing but the page.
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      ...args,
    ],
  });
};
