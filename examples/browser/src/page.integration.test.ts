import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { contract as pageContract } from './page/contract.js';
import { startProgram, type Program } from './program.fixture.js';

const WAREHOUSE = ['../../orders/dist/main.js', 'serve'] as const;

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

describeInChromium('the page in Chromium', () => {
  let program: Program;
  let browser: Browser;
  let page: Page;
  let server: TestServer | undefined;
  const requested = new Set<string>();

  const endings: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    program = await startProgram();
    endings.push(() => program.stop());
    browser = await launchChromium();
    endings.push(() => browser.close());
  });
  afterAll(async () => {
    for (const end of endings) await end();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => requested.add(new URL(request.url()).origin));
  });
  afterEach(async () => {
    await page.close();
    await server?.close();
    server = undefined;
  });

  /** Opens the page with a queue server of its own. */
  const open = async (options: Parameters<typeof startTestServer>[0]): Promise<TestServer> => {
    server = await startTestServer(options);
    await page.goto(`${program.url}/?server=${server.url}`);
    return server;
  };

  const publish = async (url: string, path: string): Promise<void> => {
    const queue = connect(contract, { url });
    await queue.publish('files', 'error', {
      path,
      operation: 'read',
      code: 'ENOENT',
      message: 'no such file',
    });
    await queue.close();
  };

  const lines = (): Locator => page.getByRole('list', { name: 'The queue files' }).getByRole('listitem');
  const paths = (): Promise<string[]> => lines().locator('.title').allTextContents();

  it('publishes the content of its form, shows the receipt, and every message as it comes', async () => {
    const { url } = await open({ origins: [program.url] });
    await page.getByLabel('Path').fill('/tmp/from-the-page');
    await page.getByLabel('Content').fill('ÄÖ');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('stored as #1 (disk)').waitFor();
    await lines().filter({ hasText: '/tmp/from-the-page' }).waitFor();
    expect(await lines().locator('.about').allTextContents()).toEqual([
      expect.stringMatching(/^4 B, sha256 [0-9a-f]{8}…, [\d.]+ ms$/),
    ]);

    await publish(url, '/tmp/from-node');
    await lines().filter({ hasText: '/tmp/from-node' }).waitFor();
    expect(await paths()).toEqual(['/tmp/from-node', '/tmp/from-the-page']);
    expect([...requested]).toEqual([program.url]);
  });

  it('shows what was there before, and never as markup', async () => {
    server = await startTestServer({ origins: [program.url] });
    const markup = '<img src="x">';
    await publish(server.url, '/tmp/first');
    await publish(server.url, markup);
    await page.goto(`${program.url}/?server=${server.url}`);
    await lines().filter({ hasText: '/tmp/first' }).waitFor();
    await lines().filter({ hasText: markup }).waitFor();
    expect(await paths()).toEqual([markup, '/tmp/first']);
    expect(await lines().locator('.kind').allTextContents()).toEqual(['error', 'error']);
  });

  const reserve = async (count: string): Promise<void> => {
    await page.getByLabel('Count').fill(count);
    await page.getByRole('button', { name: 'Reserve' }).click();
  };

  const answerOf = async (text: string | RegExp): Promise<string> => {
    const answer = page.locator('#answer').filter({ hasText: text });
    await answer.waitFor();
    return answer.innerText();
  };

  it('makes a call, and shows its output, or its declared failure with the data', async () => {
    const warehouse = await startProgram(WAREHOUSE, { CORS_ORIGINS: program.url });
    try {
      await page.goto(`${program.url}/?server=${warehouse.url}`);
      await reserve('2');
      expect(await answerOf('reserved')).toMatch(/^reserved as [0-9a-f-]{36}$/);
      await reserve('4');
      expect(await answerOf('left')).toBe('only 3 left');
    } finally {
      await warehouse.stop();
    }
  });

  it('says what to start when the server has no such call', async () => {
    await open({ origins: [program.url] });
    await reserve('2');
    const command = `CORS_ORIGINS=${program.url} npm run serve -w examples/orders`;
    expect(await answerOf('This server has no call stock/reserve')).toContain(command);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('says what to start when nobody serves the call', async () => {
    await open({ origins: [program.url], contract: pageContract });
    await reserve('2');
    // A server that has just started waits for responders longer than this call.
    await answerOf(/^No (?:answer came|warehouse serves)/);
    await reserve('2');
    expect(await answerOf('No warehouse serves the call')).toContain('npm run serve -w examples/orders');
  });

  it('says what to check when the server does not let it in', async () => {
    await open({ origins: ['http://localhost:1'] });
    const problem = page.getByRole('alert');
    await problem.waitFor();
    expect(await problem.innerText()).toContain(`CORS_ORIGINS=${program.url} npm start`);
    expect(await page.getByRole('status').first().innerText()).toContain('not connected');
  });

  it('says how a queue server is named when it cannot read the name', async () => {
    await page.goto(`${program.url}/?server=nonsense`);
    await page.getByText('"nonsense" is no URL of a queue server').waitFor();
    expect(await page.getByRole('status').first().innerText()).toContain('not connected');
  });

  it('says what the server says when it is refused', async () => {
    await open({ origins: [program.url], keys: ['key-of-somebody-else'] });
    const problem = page.getByRole('alert');
    await problem.waitFor();
    expect(await problem.innerText()).toContain('unauthorized: ');
    expect(await page.getByRole('status').first().innerText()).toContain('refused');
  });
});
