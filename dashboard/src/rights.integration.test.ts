import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { Authenticator } from '@typed-queue/program';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../checks/chromium.fixture.js';
import { watchedPage } from './watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;
const OPERATOR = 'key-of-an-operator-4f1c';
const READER = 'key-of-a-reader-77aa';
const CONSUMER = 'key-of-a-consumer-90be';

/** What only those may see who may use the other queue. */
const SECRET = 'secret-of-the-other-queue';

/** The buttons of what changes a group. */
const CHANGES = /Seek|Pause|Resume|Delete/;

const entry = (name: string, key: string, queues: object) => ({
  name,
  sha256: createHash('sha256').update(key).digest('hex'),
  queues,
});
const KEYS = [
  entry('operator', OPERATOR, { '*': { publish: ['*'], consume: ['*'], tail: true, admin: true } }),
  entry('reader', READER, { files: { tail: true } }),
  entry('consumer', CONSUMER, { files: { consume: ['group-of-files'] } }),
];

describeInChromium('the dashboard of who may only tail one queue', () => {
  let browser: Browser;
  let folder: string;
  let authenticator: Authenticator;
  let page: Page;
  let requested: string[];
  let server: TestServer;
  let operator: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
    folder = await mkdtemp(join(tmpdir(), 'dashboard-rights-'));
    const keysFile = join(folder, 'keys.json');
    await writeFile(keysFile, JSON.stringify({ keys: KEYS }), { mode: 0o600 });
    authenticator = await Authenticator.open({ keysFile });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    requested = [];
    ({ page } = await watchedPage(browser));
    page.on('request', (request) => requested.push(request.url()));
    server = await startTestServer({ storage: 'memory', dashboard: true, authenticator });
    operator = connect(contract, { url: server.url, token: OPERATOR });
    // Otherwise it warns of each.
    operator.on('dead-letter', () => undefined);
    await makeTraffic();
  });
  afterEach(async () => {
    await page.close();
    await operator.close({ timeoutMs: 0 });
    await server.close();
  });

  /** Both queues have a message, a group, and a dead letter of it. */
  const makeTraffic = async (): Promise<void> => {
    for (const queue of ['files', 'database'] as const) {
      await operator.subscribe(queue, { group: `group-of-${queue}` }, () => {
        throw new DeadLetter(SECRET);
      }).ready;
    }
    await operator.publish('files', 'error', {
      path: '/a',
      operation: 'read',
      code: 'EIO',
      message: 'broken',
    });
    await operator.publish('database', 'error', {
      model: SECRET,
      operation: 'create',
      code: 'EIO',
      message: SECRET,
    });
    while ((await operator.admin.deadLetterSummary('database')).letters === 0);
    while ((await operator.admin.deadLetterSummary('files')).letters === 0);
  };

  /** Opens a page, and signs in. */
  const signIn = async (path = '/', token = READER): Promise<void> => {
    await page.goto(`${server.url}${path}`);
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('connected').waitFor();
  };

  const main = () => page.getByRole('main');
  const text = async (): Promise<string> => {
    await page.getByText('Loading…').waitFor({ state: 'hidden' });
    return main().innerText();
  };
  const open = (path: string) => page.goto(`${server.url}${path}`);
  const keptIn = (where: 'sessionStorage' | 'localStorage'): Promise<unknown> =>
    page.evaluate(`JSON.stringify(Object.entries(${where}))`);

  it('lists no other queue, and nothing that happens to one', async () => {
    await signIn();
    await main().getByRole('link', { name: 'files' }).first().waitFor();
    const shown = await text();
    expect(shown).not.toContain('database');
    expect(shown).not.toContain(SECRET);
  });

  it('finds no other queue and no group of it by the palette', async () => {
    await signIn();
    await main().getByRole('link', { name: 'files' }).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('files');
    await page.getByRole('option', { name: 'files' }).first().waitFor();
    for (const search of ['database', 'database/group']) {
      await page.getByRole('combobox', { name: 'Go to' }).fill(search);
      await page.getByText('Nothing has this name, or not for you.').waitFor();
    }
  });

  it('documents no other queue', async () => {
    await signIn('/contracts');
    await page.getByText('files', { exact: true }).first().waitFor();
    expect(await text()).not.toContain('database');
  });

  it.each([
    '',
    '/messages/1',
    '/publish',
    '/groups',
    '/groups/group-of-database',
    '/scheduled',
    '/dead-letters',
    '/contract',
  ])('shows nothing at /queues/database%s, and says why', async (path) => {
    await signIn(`/queues/database${path}`);
    await main().getByText('The server has no queue of this name, or not for you.').waitFor();
    expect(await text()).not.toContain(SECRET);
    expect(await main().locator('a, button, input, table').count()).toBe(0);
  });

  it.each([
    ['/', 'Nothing of what you may see does.'],
    ['/queues/files/groups', 'needs the right consume or admin'],
    ['/queues/files/messages/1', 'No group reads this queue, or not for you.'],
  ])('shows no group of its queue at %s that it may not use', async (path, shown) => {
    await signIn(path);
    await main().getByText(shown).waitFor();
    expect(await text()).not.toContain('group-of-files');
  });

  it('claims no figure of what may not be seen', async () => {
    await signIn();
    await main().getByText('You do not administer every queue').waitFor();
    const figures = page.getByLabel('Totals').locator('div');
    expect(await figures.filter({ hasText: 'Dead letters' }).innerText()).toContain('–');
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'files' }) });
    expect((await row.getByRole('cell').allInnerTexts()).slice(2, 9)).toEqual(Array(7).fill('–'));
    await main().getByText('Messages a second').waitFor();
    expect(await page.getByLabel('The last hour').getByText('Dead letters').count()).toBe(0);
  });

  it.each([
    [READER, ['Live', 'Contract']],
    [CONSUMER, ['Groups', 'Contract']],
    [OPERATOR, ['Live', 'Publish', 'Groups', 'Calls', 'Scheduled', 'Dead letters', 'Contract']],
  ])('has the tabs that %s has a right to', async (token, tabs) => {
    await signIn('/queues/files/contract', token);
    const links = page.getByRole('navigation', { name: 'Queue' }).getByRole('link');
    await links.first().waitFor();
    expect(await links.allInnerTexts()).toEqual(tabs);
  });

  it.each([
    ['/publish', 'publish', READER],
    ['/groups', 'consume or admin', READER],
    ['/groups/group-of-files', 'consume or admin', READER],
    ['/calls', 'admin', READER],
    ['/scheduled', 'admin', READER],
    ['/scheduled?message=0198c0de-0000-7000-8000-00000000000a', 'admin', READER],
    ['/dead-letters', 'admin', READER],
    ['/dead-letters?letter=1', 'admin', READER],
    ['/dead-letters?group=', 'admin', READER],
    ['', 'tail', CONSUMER],
    ['/messages/1', 'tail', CONSUMER],
  ])('names the right that /queues/files%s needs: %s', async (path, right, token) => {
    await signIn(`/queues/files${path}`, token);
    await main().getByText(`This page needs the right ${right} of the queue.`).waitFor();
    expect(await main().getByRole('button').count()).toBe(0);
    expect(await main().getByRole('alert').count()).toBe(0);
  });

  it('shows no schedule of a queue that it does not administer, and says why', async () => {
    const payload = { model: SECRET, operation: 'create', code: 'EIO', message: SECRET } as const;
    await operator.admin.schedules.put(SECRET, {
      cron: '0 3 * * *',
      queue: 'database',
      event: 'error',
      payload,
    });
    await signIn('/schedules');
    await main().getByText('A schedule needs the right admin of the queue.').waitFor();
    expect(await text()).not.toContain(SECRET);
    await main().getByRole('button', { name: 'New schedule' }).click();
    await main().getByLabel('Queue').fill('files');
    await main().getByText('A schedule needs the right admin of the queue.').nth(1).waitFor();
    expect(await main().getByRole('button', { name: 'Save schedule' }).count()).toBe(0);
  });

  it('leads who may only be a member of a group to what that shows', async () => {
    await signIn('/', CONSUMER);
    const paths = ['files', 'files/group-of-files'].map((name) =>
      main().getByRole('link', { name, exact: true }).first().getAttribute('href'),
    );
    expect(await Promise.all(paths)).toEqual(['/queues/files/groups', '/queues/files/groups/group-of-files']);
  });

  it('has nothing to change a group by, for who may only be a member of it', async () => {
    await signIn('/queues/files/groups/group-of-files', CONSUMER);
    await main().getByText('Changing a group needs the right admin of the queue.').waitFor();
    expect(await main().getByRole('button', { name: CHANGES }).count()).toBe(0);
  });

  it('keeps the token in sessionStorage only, and in no address', async () => {
    await signIn('/queues/files');
    await page.getByText('Live: ').waitFor();
    expect(await keptIn('sessionStorage')).toContain(READER);
    expect(await keptIn('localStorage')).not.toContain(READER);
    expect(await page.context().cookies()).toEqual([]);
    expect([page.url(), ...requested].filter((url) => url.includes(READER))).toEqual([]);
  });

  it('forgets the token, and shows nothing, when who used it signs out', async () => {
    await signIn('/queues/files?from=start');
    await page.getByRole('link', { name: '#1' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await keptIn('sessionStorage')).not.toContain(READER);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await text()).not.toContain('#1');
  });

  it('shows nothing of who signed in before to who signs in next', async () => {
    await signIn('/', OPERATOR);
    await main().getByRole('link', { name: 'database' }).first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').fill(READER);
    await page.keyboard.press('Enter');
    await main().getByRole('link', { name: 'files' }).first().waitFor();
    expect(await text()).not.toContain('database');
  });

  it('says that a token is wrong, and keeps nobody in', async () => {
    await open('/queues/files');
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('does not know the token').waitFor();
    expect(await page.getByRole('link', { name: 'Groups' }).count()).toBe(0);
  });
});
