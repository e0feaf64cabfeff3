/** Makes the pictures of the dashboard in README.md, of a shop with an hour of traffic: `npm run screenshots`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../checks/chromium.fixture.ts';
import { startSampleShop } from './sample-shop.mjs';

const folder = join(import.meta.dirname, '../docs/images');
/** All are of 1280 × 800 pixels; with a smaller scale more is to be seen. */
const looks = (colorScheme, scale = 1) => ({
  viewport: { width: 1280 / scale, height: 800 / scale },
  deviceScaleFactor: scale,
  colorScheme,
  locale: 'en-GB',
});

const shop = await startSampleShop();
const browser = await launchChromium();

const open = async (path, look) => {
  const page = await browser.newPage(look);
  await page.goto(`${shop.url}${path}`);
  await page.getByRole('status').getByText('connected').waitFor();
  await page.getByText('Loading…').waitFor({ state: 'hidden' });
  return page;
};

const picture = async (page, name) => {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  console.log(`docs/images/${name}.png`);
  await page.close();
};

try {
  mkdirSync(folder, { recursive: true });

  const overview = await open('/', looks('light', 0.8));
  await overview.getByRole('link', { name: 'orders', exact: true }).waitFor();
  await picture(overview, 'dashboard-overview');

  const live = await open('/queues/orders?event=placed&text=tea', looks('light'));
  await live.getByText('Live: 0 rows').waitFor();
  for (let tenth = 0; tenth < 34; tenth++) {
    await shop.order(2);
    await live.waitForTimeout(100);
  }
  await picture(live, 'dashboard-live');

  const calls = await open('/queues/orders/calls', looks('light'));
  const rate = calls.getByText(/[1-9][\d.]*\/s ended/);
  while (!(await rate.isVisible())) await shop.order(2);
  await picture(calls, 'dashboard-calls');

  const letter = await open('/queues/orders/dead-letters?letter=1', looks('dark'));
  await letter.getByRole('button', { name: 'Edit payload' }).click();
  await letter.getByLabel('quantity').fill('12');
  await letter.getByRole('button', { name: 'Redrive edited' }).scrollIntoViewIfNeeded();
  await picture(letter, 'dashboard-dead-letter');
} finally {
  await browser.close();
  await shop.close();
}
