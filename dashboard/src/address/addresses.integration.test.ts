import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const LONG = `q${'x'.repeat(62)}`;
const events = { placed: z.strictObject({ id: z.string() }) };
const contract = defineContract({
  orders: defineQueue('orders', { events }),
  [LONG]: defineQueue(LONG, { events }),
});

/** The last part of a search, as a page names it. */
const shownPart = (search: string): string =>
  (search.split('&').at(-1) ?? '').replace('%00', 'U+0000').replace('%20', ' ').slice(0, 50);

describeInChromium('the addresses of pages', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
    ({ page } = await watchedPage(browser));
    server = await startTestServer({ contract, storage: 'memory', dashboard: true });
    queue = connect(contract, { url: server.url });
    queue.on('dead-letter', () => undefined);
    for (const group of ['.', '..'])
      await queue.subscribe('orders', { group }, () => {
        throw new DeadLetter('no');
      }).ready;
    await queue.publish('orders', 'placed', { id: 'a' });
  });
  afterAll(async () => {
    await browser.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });

  const failed = () => page.getByRole('alert').or(page.getByText('This page failed'));
  const open = (path: string) => page.goto(`${server.url}${path}`);

  /** The policy of the page forbids that it looks itself. */
  const becomes = async (read: () => Promise<string>, expected: string): Promise<void> => {
    let found = await read();
    while (found !== expected) found = await read();
    expect(found).toBe(expected);
  };

  it.each([
    ['/?utm_source=x', 'Keeps'],
    ['/?search=1', 'No queue has this in its name.'],
    ['/?order=__proto__', 'Keeps'],
    [`/?search=${'x'.repeat(129)}`, 'Keeps'],
    ['/?search=%', 'No queue has this in its name.'],
    ['/queues/orders/publish?event=%ff', 'The queue has no event of the name'],
    ['/contracts?x=1', LONG],
    ['/schedules?x=1', 'No schedules'],
    ['/schedules?name=nope', 'There is no schedule of this name'],
    ['/queues/orders/scheduled?x=1', 'No message waits.'],
    ['/queues/orders/scheduled?message=0198c0de-0000-7000-8000-00000000000a', 'It does not wait'],
    ['/queues/orders/scheduled?after=1.1', 'No message waits after this place.'],
    ['/queues/orders/messages/1?after=7&x=1', 'placed'],
    ['/queues/orders?text=true&from=start', '0 rows of 1 message'],
    ['/queues/orders?event=nope', 'The queue has no event of this name'],
    ['/queues/orders/publish?event=nope', 'The queue has no event of the name'],
  ])('%s is a page', async (path, text) => {
    await open(path);
    await page.getByText(text).first().waitFor();
    expect(await failed().count()).toBe(0);
  });

  it('keep the form of a search for an event that is gone', async () => {
    await open('/queues/orders?event=nope');
    await page.getByLabel('Event').selectOption('placed');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Live: 0 rows').waitFor();
  });

  it.each(['/', '/contracts'])(
    'lead to the first page of %s when that after which they begin is gone',
    async (path) => {
      await open(`${path}?after=nope`);
      await page.getByRole('link', { name: 'First page' }).click();
      await page.getByText(LONG).first().waitFor();
      expect(await failed().count()).toBe(0);
    },
  );

  it('lead from /queues to the overview', async () => {
    const response = await open('/queues');
    expect(response?.status()).toBe(200);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
  });

  it('lead from doubled slashes to the page', async () => {
    const response = await open('/queues//orders');
    expect(response?.status()).toBe(200);
    await page.getByRole('heading', { name: 'orders', exact: true }).waitFor();
    expect(page.url()).toBe(`${server.url}/queues/orders`);
  });

  it.each([
    ['/contracts/', 'Contracts'],
    ['/queues/orders/', 'orders'],
    ['/queues/orders/contract', 'orders'],
    ['/queues/orders/groups/nope', 'orders'],
    ['/schedules/', 'Schedules'],
    ['/queues/orders/scheduled', 'orders'],
    ['/queues/nope/dead-letters', 'nope'],
  ])('%s is opened as a page that is there', async (path, heading) => {
    const response = await open(path);
    expect(response?.status()).toBe(200);
    await page.getByRole('heading', { name: heading, exact: true }).first().waitFor();
    expect(await page.getByText('No such page').count()).toBe(0);
  });

  it.each([
    '/nowhere',
    '/contracts/x',
    '/schedules/x',
    '/queues/orders/scheduled/x',
    '/index.html',
    '/Queues/orders',
    '/queues/orders/x',
    '/queues/orders/Groups',
    '/queues/orders/messages',
    '/queues/orders/groups/a/b',
    '/queues/%',
    '/queues/orders/groups/%zz',
  ])('%s is opened as a page that is not there', async (path) => {
    const response = await open(path);
    expect(response?.status()).toBe(404);
    await page.getByRole('heading', { name: 'No such page' }).waitFor();
  });

  it('give the focus to the heading of the page that a link leads to', async () => {
    await open('/');
    await page.getByRole('link', { name: LONG, exact: true }).click();
    await page.getByRole('heading', { name: LONG, exact: true }).waitFor();
    await becomes(() => page.locator(':focus').innerText(), LONG);
  });

  it('name what cannot be seen in their filters', async () => {
    await open(`/queues/orders/dead-letters?reason=${encodeURIComponent('a\u202Eb')}`);
    await page.getByText('characters that cannot be seen there: U+202E').waitFor();
  });

  it.each(['', 'nope', 'x'.repeat(2_000)])(
    'offer no form when the event in them is %j, until one is chosen',
    async (event) => {
      await open(`/queues/orders/publish?event=${event}`);
      await page.getByText('The queue has no event of the name').waitFor();
      expect(await page.getByRole('button', { name: 'Publish' }).count()).toBe(0);
      await page.getByLabel('Event').selectOption('placed');
      await page.getByRole('button', { name: 'Publish' }).waitFor();
    },
  );

  it.each([
    'group=',
    'group=%00',
    'group=a%20b',
    'kindReason',
    `group=${'x'.repeat(129)}`,
    'code=Nope',
    'seq=abc',
    'since=yesterday',
    'until=9007199254740991',
    'after=-1',
    'letter=1e400',
    'grop=billing',
    'group=.&since=yesterday',
  ])('offer no letters and no action when they select by %s, until all are asked for', async (search) => {
    await open(`/queues/orders/dead-letters?${search}`);
    await page.getByRole('alert').getByText(shownPart(search)).waitFor();
    expect(await page.getByRole('button', { name: /^(Redrive|Discard)/ }).count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await page.getByRole('link', { name: 'Show all letters' }).click();
    await page.getByRole('button', { name: 'Discard all' }).waitFor();
    expect(page.url()).toMatch(/dead-letters$/);
  });

  it('keep what cannot be read while another filter is typed, and let it be left out alone', async () => {
    await open('/queues/orders/dead-letters?since=yesterday');
    await page.getByLabel('Reason contains').fill('no');
    await page.waitForURL(/since=yesterday&reason=no$/);
    await page.getByRole('link', { name: 'Leave it out' }).click();
    await page.getByRole('button', { name: 'Discard all that match' }).waitFor();
    expect(page.url()).toMatch(/dead-letters\?reason=no$/);
  });

  it.each([
    ['/?order=size&search=ord', 'order=size', '/?search=ord'],
    ['/?search', 'search', '/'],
    ['/contracts?after=', 'after=', '/contracts'],
    ['/queues/orders?from=1e3', 'from=1e3', '/queues/orders'],
    ['/schedules?name=a%20b', 'name=a b', '/schedules'],
    ['/queues/orders/scheduled?message=7', 'message=7', '/queues/orders/scheduled'],
    ['/queues/orders/scheduled?after=x', 'after=x', '/queues/orders/scheduled'],
    ['/queues/orders/messages/1?after=a%20b', 'after=a b', '/queues/orders/messages/1'],
  ])('%s: name %s, which cannot be read, and let it be left out', async (path, part, without) => {
    await open(path);
    await page.getByRole('note').getByText(part, { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Leave it out' }).click();
    await page.waitForURL(`${server.url}${without}`);
    await page.getByRole('note').waitFor({ state: 'detached' });
  });

  it.each(['1e3', '0x1', '-1', '1.0', 'abc'])('%s is not the number of a message', async (seq) => {
    await open(`/queues/orders/messages/${seq}`);
    await page.getByText(`${seq} in this address is not the number of a message`).waitFor();
    await page.getByRole('link', { name: 'Show new messages' }).click();
    await page.waitForURL(/\/queues\/orders$/);
  });

  it.each(['.', '..'])('lead to the group %s', async (group) => {
    await open('/queues/orders/groups');
    await page.getByRole('link', { name: group, exact: true }).click();
    await page.getByRole('heading', { name: group, exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: group, exact: true }).waitFor();
  });

  it.each([
    ['/', 'Overview · typed-queue'],
    ['/contracts', 'Contracts · typed-queue'],
    ['/queues/orders', 'orders · typed-queue'],
    ['/schedules', 'Schedules · typed-queue'],
    ['/queues/orders/publish', 'Publish · orders · typed-queue'],
    ['/queues/orders/scheduled', 'Scheduled · orders · typed-queue'],
    ['/queues/orders/messages/1', '#1 · orders · typed-queue'],
    ['/queues/orders/groups/~.', '. · orders · typed-queue'],
    ['/queues/orders/nowhere', 'No such page · typed-queue'],
  ])('name the tab: %s is %s', async (path, title) => {
    await open(path);
    await becomes(() => page.title(), title);
  });

  it.each(['/', '/contracts', `/queues/${LONG}/contract`, `/queues/${LONG}/groups`])(
    'show %s within the width of a telephone',
    async (path) => {
      await page.setViewportSize({ width: 360, height: 700 });
      await open(path);
      await page.getByText(LONG).first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    },
  );

  it.each([
    ['/', 'Queues with this in their names'],
    ['/contracts', 'Queues with this in their names'],
    ['/queues/orders/dead-letters', 'Reason contains'],
  ])('%s: typing in the middle of %s leaves the caret where it is', async (path, name) => {
    await open(path);
    const input = page.getByLabel(name);
    await input.fill('ad');
    await input.press('ArrowLeft');
    await input.pressSequentially('bc');
    await page.waitForURL(/=abcd$/);
    expect(await input.inputValue()).toBe('abcd');
  });

  it('follow a filter that is taken away', async () => {
    await open('/queues/orders/dead-letters?reason=abc');
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.waitForURL(/dead-letters$/);
    await becomes(() => page.getByLabel('Reason contains').inputValue(), '');
  });
});
