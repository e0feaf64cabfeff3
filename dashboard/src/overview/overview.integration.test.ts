import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;
const KEY = 'key-of-an-operator-4f1c';

describeInChromium('the dashboard in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;
  let problems: readonly string[];
  let origins: ReadonlySet<string>;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    ({ page, problems, origins } = await watchedPage(browser));
  });
  afterEach(async () => {
    await page.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });

  const start = async (keys?: readonly string[]): Promise<void> => {
    server = await startTestServer({ storage: 'memory', dashboard: true, keys });
    queue = connect(contract, { url: server.url, token: keys?.[0] });
  };

  const makeGroup = async (): Promise<void> => {
    const subscription = queue.subscribe('files', { group: 'thumbnails' }, () => undefined);
    await subscription.ready;
    await subscription.close();
  };

  const publish = (path: string) =>
    queue.publish('files', 'error', { path, operation: 'read', code: 'ENOENT', message: 'no such file' });

  const confirm = async (action: string): Promise<void> => {
    await page.getByRole('button', { name: action, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
  };

  const groupIs = async (expected: object): Promise<void> => {
    const [group] = await queue.admin.groups('files');
    expect(group).toMatchObject(expected);
  };

  it('shows the queues, and runs by its policy with nothing of other hosts', async () => {
    await start();
    await publish('/tmp/a');
    await page.goto(server.url);
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'files' }) });
    await row.waitFor();
    expect(await row.getByRole('cell').allInnerTexts()).toContain('7 d');
    await page.getByRole('status').getByText('connected').waitFor();
    expect(problems).toEqual([]);
    expect([...origins]).toEqual([server.url]);
  });

  it('keeps what is searched in its address', async () => {
    await start();
    await page.goto(`${server.url}/?search=data`);
    await page.getByRole('link', { name: 'database' }).waitFor();
    expect(await page.getByRole('link', { name: 'files' }).count()).toBe(0);
  });

  it('asks for a token where keys are required, which no address shows', async () => {
    await start([KEY]);
    await page.goto(`${server.url}/queues/files/groups`);
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('does not know the token').waitFor();
    await page.getByLabel('Token').fill(KEY);
    await page.keyboard.press('Enter');
    await page.getByText('No group reads this queue yet').waitFor();
    expect(page.url()).toBe(`${server.url}/queues/files/groups`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('keeps the form when a token is too long, and says so in one line', async () => {
    await start([KEY]);
    await page.goto(server.url);
    await page.getByLabel('Token').fill('x'.repeat(20_000));
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('at most 7000 characters, and this one 20000').waitFor();
    await page.getByLabel('Token').fill(KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('pauses, resumes, moves and deletes a group, each after a question', async () => {
    await start();
    await makeGroup();
    await publish('/tmp/a');
    await publish('/tmp/b');
    await page.goto(`${server.url}/queues/files/groups/thumbnails`);
    await confirm('Pause');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await groupIs({ paused: true });
    await confirm('Resume');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await groupIs({ paused: false });
    await page.getByRole('button', { name: 'Seek' }).click();
    await page.getByLabel('the end').check();
    await page.getByText('up to 2 messages will be skipped').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Seek' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await groupIs({ depth: 0 });
    await confirm('Delete');
    await page.getByText('No group reads this queue yet').waitFor();
    expect(await queue.admin.groups('files')).toEqual([]);
    expect(problems).toEqual([]);
  });

  it.each([360, 1_280])('keeps the state of a group with a long name in sight at %i px', async (width) => {
    await start();
    const group = 'g'.repeat(128);
    await queue.subscribe('files', { group }, () => undefined).ready;
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${server.url}/queues/files/groups`);
    const state = page.getByRole('cell', { name: 'running' });
    await state.waitFor();
    const { x = 0, width: own = width } = (await state.boundingBox()) ?? {};
    expect(x + own).toBeLessThanOrEqual(width);
  });

  it('goes to a group by the keyboard', async () => {
    await start();
    await makeGroup();
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('files/thumb');
    await page.getByRole('option', { name: 'files/thumbnails' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}/queues/files/groups/thumbnails`);
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core finds wrong, in %s', async (colorScheme) => {
    await start();
    await makeGroup();
    await publish('/tmp/a');
    await page.emulateMedia({ colorScheme });
    const found = [];
    for (const path of [
      '/',
      '/queues/files/groups',
      '/queues/files/groups/thumbnails',
      '/queues/files/publish',
      '/queues/files/contract',
      '/queues/files/nowhere',
    ]) {
      await page.goto(`${server.url}${path}`);
      await page.getByRole('status').getByText('connected').waitFor();
      await page.getByText('Loading…').waitFor({ state: 'hidden' });
      found.push(...(await accessibilityFaults(page)));
    }
    expect(found).toEqual([]);
  });

  it('publishes by a form that says what is missing', async () => {
    await start();
    await page.goto(`${server.url}/queues/files/publish`);
    await page.getByLabel('Event').selectOption('error');
    await page.getByLabel('path').fill('/tmp/from-the-page');
    await page.getByLabel('code').fill('EIO');
    await page.getByText('is required').first().waitFor();
    await page.getByLabel('message').fill('broken');
    await page.getByLabel('operation').selectOption('read');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Stored as #1.').waitFor();
    expect(problems).toEqual([]);
  });
});
