import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const { CHROMIUM = '', PATH = '', REQUIRE_CHROMIUM } = process.env;

/** The first one is Chromium without a user interface: tests of pages take half of the time. */
const PROGRAMS = ['chromium-headless-shell', 'chromium'];

const installed = [
  CHROMIUM,
  ...PROGRAMS.flatMap((program) =>
    [...PATH.split(delimiter), '/usr/bin'].map((folder) => join(folder, program)),
  ),
].find((path) => path !== '' && existsSync(path));

/** Where no Chromium is installed its tests are skipped, unless REQUIRE_CHROMIUM=1: then they fail. */
export const chromiumIsMissing = installed === undefined && REQUIRE_CHROMIUM !== '1';

/** `args`: more of Chromium's own. */
export const launchChromium = (args: readonly string[] = []): Promise<Browser> => {
  if (installed === undefined) {
    throw new Error(
      'No Chromium: install one (apt-get install chromium-headless-shell, or chromium), or name one by CHROMIUM.',
    );
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
