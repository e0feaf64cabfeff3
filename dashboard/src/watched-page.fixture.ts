import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** What the browser reports as errors: also each violation of the page's policy. */
  readonly problems: readonly string[];
  /** Of everything that it requested. */
  readonly origins: ReadonlySet<string>;
}

export const watchedPage = async (browser: Browser): Promise<WatchedPage> => {
  const problems: string[] = [];
  const origins = new Set<string>();
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  return { page, problems, origins };
};

/** What breaks the rules of WCAG 2.2 AA on a page, or that landmarks have names of their own. */
export const accessibilityFaults = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    `axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
      rules: { 'landmark-unique': { enabled: true } },
    }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => location.pathname + ' ' + id + ': ' + html)))`,
  );
  // Safe: it is what the expression above makes.
  return found as readonly string[];
};
