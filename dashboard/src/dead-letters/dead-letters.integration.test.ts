import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, DeadLetter, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';
import { accessibilityFaults, watchedPage } from '../watched-page.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const placed = z
  .strictObject({ id: z.string(), total: z.number().max(1_000) })
  // Only the server can check it.
  .refine(({ id }) => id !== 'o-unknown', { path: ['id'], error: 'no such order' });
const contract = defineContract({ orders: defineQueue('orders', { events: { placed } }) });

const HOSTILE = '<img src=x onerror=alert(1)>\u202e';

describeInChromium('the page of dead letters', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;
  let billed: { readonly id: string; readonly total: number }[];
  let problems: readonly string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    billed = [];
    ({ page, problems } = await watchedPage(browser));
    server = await startTestServer({ storage: 'memory', dashboard: true, contract });
    queue = connect(contract, { url: server.url });
    // Otherwise it warns of each.
    queue.on('dead-letter', () => undefined);
  });
  afterEach(async () => {
    await page.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });

  /** A group that bills orders of at most 100, and gives up the others. */
  const bill = (group: string, reason = 'total # is more than 100'): void => {
    queue.subscribe('orders', { group }, ({ payload }) => {
      if (payload.total > 100) throw new DeadLetter(reason.replace('#', String(payload.total)));
      billed.push(payload);
    });
  };

  const lettersAre = async (count: number): Promise<void> => {
    for (;;) {
      const { letters } = await queue.admin.deadLetterSummary('orders');
      if (letters === count) return;
    }
  };

  const publish = async (...totals: readonly number[]): Promise<void> => {
    const [before] = await queue.admin.queues();
    await Promise.all(
      totals.map((total, index) => queue.publish('orders', 'placed', { id: `o-${index}`, total })),
    );
    await lettersAre((before?.deadLetters.letters ?? 0) + totals.length);
  };

  const open = async (search = ''): Promise<void> => {
    await page.goto(`${server.url}/queues/orders/dead-letters${search}`);
  };
  const dialog = () => page.getByRole('dialog');
  const confirm = (action: string) => dialog().getByRole('button', { name: action, exact: true }).click();

  it('mends a letter: finds it by its reason, edits its payload, redrives it, and it is handled', async () => {
    bill('billing');
    await publish(420);
    await open();
    await page.getByRole('link', { name: 'total # is more than #' }).click();
    await page.waitForURL(/kindReason=/);
    await page.getByRole('link', { name: 'total 420 is more than 100' }).click();
    await page.getByLabel('Payload', { exact: true }).getByText('420').waitFor();
    await page.getByRole('cell', { name: 'its handler gave it up' }).waitFor();
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByLabel('total').fill('42');
    await page.getByRole('button', { name: 'Redrive edited' }).click();
    await page.getByRole('status').getByText('1 letter redriven.').waitFor();
    await lettersAre(0);
    while (billed.length === 0) await queue.admin.queues();
    expect(billed).toEqual([{ id: 'o-0', total: 42 }]);
    expect(problems).toEqual([]);
  });

  it('shows at its field what the server refuses in an edited payload', async () => {
    bill('billing');
    await publish(420);
    await open('?letter=1');
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByLabel('id').and(page.locator(':focus')).waitFor();
    await page.getByLabel('id').fill('o-unknown');
    await page.getByRole('button', { name: 'Redrive edited' }).click();
    await page.locator('.has-error, .rjsf-field').getByText('no such order').first().waitFor();
    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByLabel('Payload').last().fill('{"id":"o-9","total":2000}');
    await page.getByRole('list', { name: 'What is wrong' }).getByText('total').waitFor();
    await page.getByLabel('Payload').last().fill('{"id":"o-9","total":9}');
    await page.getByRole('button', { name: 'Redrive edited' }).click();
    await page.getByRole('status').getByText('1 letter redriven.').waitFor();
    expect(problems).toEqual([]);
  });

  it('redrives all that match after a dry run that says what is refused', async () => {
    bill('billing');
    await publish(420);
    const gone = queue.subscribe('orders', { group: 'gone' }, () => {
      throw new DeadLetter('gone');
    });
    await gone.ready;
    await lettersAre(2);
    await gone.close();
    await queue.admin.delete('orders', 'gone');
    await open();
    await page.getByRole('button', { name: 'Redrive all' }).click();
    await dialog().getByText('Would redrive 1 letter; 1 refused:').waitFor();
    await dialog().getByText('has no group "gone" any more. Discard it').waitFor();
    await confirm('Redrive all');
    await page
      .getByRole('status')
      .getByText(/^1 letter redriven, 1 refused\. 1 × Queue "orders" has no group "gone"/)
      .waitFor();
    expect(problems).toEqual([]);
  });

  it.each(['Redrive', 'Discard'])('%s all leaves letters that came after they were counted', async (name) => {
    bill('billing');
    await publish(410, 420);
    await open();
    await page.getByRole('button', { name: `${name} all` }).click();
    await dialog()
      .getByText(/^(Would redrive 2 letters\.|Removes 2 dead letters)/)
      .waitFor();
    if (name === 'Discard') await dialog().getByLabel('Type 2 to confirm').fill('2');
    await publish(430);
    await queue.admin.pause('orders', 'billing');
    await confirm(`${name} all`);
    await page
      .getByRole('status')
      .getByText(`2 letters ${name === 'Discard' ? 'discarded' : 'redriven'}`)
      .waitFor();
    const { letters } = await queue.admin.deadLetters('orders');
    expect(letters.map(({ position }) => position)).toEqual([3]);
  });

  it('keeps an edit on the screen when its letter was redriven by someone else', async () => {
    bill('billing');
    await publish(420);
    await open('?letter=1');
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByLabel('total').fill('42');
    await queue.admin.redriveEdited('orders', 1, { id: 'o-0', total: 7 });
    await lettersAre(0);
    await page.getByRole('button', { name: 'Redrive edited' }).click();
    await page.getByRole('alert').getByText('Nothing was redriven').waitFor();
    await page.getByText('It is gone:').waitFor();
    expect(await page.getByRole('button', { name: /^(Redrive|Discard)/ }).allInnerTexts()).toHaveLength(3);
    expect(await page.getByRole('button', { name: /^(Redrive|Discard)/, disabled: false }).count()).toBe(0);
    expect(await page.getByLabel('total').inputValue()).toBe('42');
    expect(problems).toEqual([]);
  });

  it('stops a slow redrive when it is cancelled, and says how many were redriven', async () => {
    bill('billing');
    await publish(...Array.from({ length: 200 }, () => 420));
    await open();
    await page.getByRole('button', { name: 'Redrive all' }).click();
    await dialog().getByText('Would redrive 200 letters.').waitFor();
    await dialog().getByLabel('letters a second').fill('1');
    await confirm('Redrive all');
    await dialog().getByText('Cancel stops it').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await page
      .getByRole('status')
      .getByText(/^Cancelled: .*letters? redriven\.$/)
      .waitFor();
    const all = queue.admin.eachDeadLetter('orders', { through: 200 });
    let untouched = 0;
    for await (const _ of all) untouched++;
    expect(untouched).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it('discards what is selected after its number was typed', async () => {
    bill('billing');
    await publish(410, 420, 430);
    await open();
    await page.getByLabel('Select letter 1').check();
    await page.getByLabel('Select letter 3').check();
    await page.getByRole('button', { name: 'Discard selected (2)' }).click();
    const button = dialog().getByRole('button', { name: 'Discard selected (2)' });
    await dialog().getByLabel('Type 2 to confirm').fill('3');
    expect(await button.isDisabled()).toBe(true);
    await dialog().getByLabel('Type 2 to confirm').fill('2');
    await button.click();
    await page.getByRole('status').getByText('2 letters discarded.').waitFor();
    const { letters } = await queue.admin.deadLetters('orders');
    expect(letters.map(({ position }) => position)).toEqual([2]);
    expect(problems).toEqual([]);
  });

  it('lists those that its address selects', async () => {
    bill('billing');
    bill('audit', 'no');
    await publish(410, 420);
    await open('?group=audit');
    await page
      .getByLabel('Dead letters', { exact: true })
      .getByRole('cell', { name: 'audit' })
      .first()
      .waitFor();
    expect(await page.getByRole('checkbox', { name: /^Select letter/ }).count()).toBe(2);
    await page.getByLabel('Reason contains').fill('nothing of the kind');
    await page.getByText('No dead letter matches.').waitFor();
  });

  it('leads from a kind to its letters only', async () => {
    queue.subscribe('orders', { group: 'billing' }, ({ payload }) => {
      throw new DeadLetter(payload.total === 410 ? '' : 'timeout');
    });
    await publish(410, 420, 430);
    await open();
    const kinds = page.getByRole('region', { name: 'Dead letters by reason' });
    await kinds.getByRole('link', { name: 'no reason given' }).click();
    await page.getByRole('button', { name: 'Reason: no reason given' }).waitFor();
    await page.getByRole('button', { name: 'Discard all that match' }).click();
    await dialog().getByText('Removes 1 dead letter for ever').waitFor();
    expect(problems).toEqual([]);
  });

  it('moves the focus to the heading when nothing is left to act on', async () => {
    bill('billing');
    await publish(420);
    await open();
    await page.getByRole('button', { name: 'Discard all' }).click();
    await dialog().getByLabel('Type 1 to confirm').fill('1');
    await confirm('Discard all');
    await page.getByText('No dead letters').waitFor();
    await page.waitForFunction(`document.activeElement.tagName === 'H1'`);
    expect(problems).toEqual([]);
  });

  it('keeps a kind over a reload until its chip is removed', async () => {
    queue.subscribe('orders', { group: 'billing' }, ({ payload }) => {
      throw new DeadLetter(payload.total === 410 ? '' : 'timeout');
    });
    await publish(410, 420, 430);
    await open('?kindReason=');
    const chip = page.getByRole('button', { name: 'Reason: no reason given' });
    const letters = page.getByRole('checkbox', { name: /^Select letter/ });
    await chip.waitFor();
    await page.reload();
    await chip.waitFor();
    await letters.waitFor();
    await chip.click();
    await letters.nth(2).waitFor();
    expect(page.url()).not.toContain('kindReason');
    await page.reload();
    await letters.nth(2).waitFor();
    expect(await chip.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('shows hostile text as text', async () => {
    bill('billing', HOSTILE);
    await publish(420);
    await open();
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await page.getByText('U+202E').first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core finds wrong, in %s', async (colorScheme) => {
    bill('billing');
    await publish(420);
    await page.emulateMedia({ colorScheme });
    await open();
    await page.getByLabel('Select letter 1').waitFor();
    const found = [...(await accessibilityFaults(page))];
    await page.getByRole('button', { name: 'Discard all' }).click();
    await dialog().getByLabel('Type 1 to confirm').waitFor();
    found.push(...(await accessibilityFaults(page)));
    await open('?letter=1');
    await page.getByRole('button', { name: 'Edit payload' }).click();
    await page.getByLabel('total').waitFor();
    found.push(...(await accessibilityFaults(page)));
    expect(found).toEqual([]);
  });
});
