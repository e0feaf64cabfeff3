import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What breaks the rules of WCAG 2.2 AA on a page. */
export const wrongFor = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => location.pathname + ' ' + id + ': ' + html)))`,
  );
  // Safe: it is what the expression above makes.
  return found as readonly string[];
};
