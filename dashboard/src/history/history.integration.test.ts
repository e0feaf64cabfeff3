import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import * as z from 'zod';
import { chromiumIsMissing, launchChromium } from '../../../checks/chromium.fixture.js';

const describeInChromium = chromiumIsMissing ? describe.skip : describe;

const contract = defineContract({ orders: defineQueue('orders', { events: { placed: z.null() } }) });

const STEP_MS = 10_000;
const END = Date.UTC(2026, 10, 27, 12);

/** A clock that the test moves, one sample at a time. It begins `steps` samples before END, so that the charts end at END. */
class MeasuringClock {
  #time = 0;
  #due: (() => void) | undefined;
  readonly #start: number;

  constructor(steps: number) {
    this.#start = END - steps * STEP_MS;
  }

  readonly now = () => this.#time;
  readonly wallNow = () => this.#start + this.#time;
  readonly after = (_ms: number, run: () => void) => {
    this.#due = run;
    return () => (this.#due = undefined);
  };

  /** To the next sample, which is taken. */
  pass(): void {
    this.#time += STEP_MS;
    this.#due?.();
  }
}

/** A label as it was drawn, in pixels of its canvas. */
interface Label {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Chart {
  readonly width: number;
  readonly height: number;
  readonly labels: readonly Label[];
}

/** Each canvas keeps the labels that it shows. */
const RECORD = `
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  Object.assign(CanvasRenderingContext2D.prototype, {
    clearRect(...area) {
      this.canvas.labels = [];
      clearRect.apply(this, area);
    },
    fillText(text, x, y) {
      const box = this.measureText(text);
      this.canvas.labels.push({
        text,
        left: x - box.actualBoundingBoxLeft,
        right: x + box.actualBoundingBoxRight,
        top: y - box.actualBoundingBoxAscent,
        bottom: y + box.actualBoundingBoxDescent,
      });
      fillText.call(this, text, x, y);
    },
  });
`;

const CHARTS = `[...document.querySelectorAll('.charts canvas')].map(({ width, height, labels }) => ({ width, height, labels }))`;

/** How many pixels of the chart of depths have the colour of its line. */
const AMBER = `(() => {
  const canvas = document.querySelectorAll('.charts canvas')[1];
  const [red, green, blue] = getComputedStyle(document.querySelector('[data-series="flight"]')).color.match(/\\d+/g);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === +red && data[at + 1] === +green && data[at + 2] === +blue && data[at + 3] === 255) found++;
  return found;
})()`;

const isCut = ({ left, right, top, bottom }: Label, { width, height }: Chart): boolean =>
  left < 0 || top < 0 || right > width || bottom > height;

const areOver = (one: Label, other: Label): boolean =>
  one !== other &&
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;

/** Labels that cannot be read. */
const faultsOf = (chart: Chart): readonly string[] =>
  chart.labels
    .filter((label) => isCut(label, chart) || chart.labels.some((other) => areOver(label, other)))
    .map(({ text }) => text);

const textsOf = (chart: Chart | undefined): readonly string[] => chart?.labels.map(({ text }) => text) ?? [];

const NARROW: BrowserContextOptions = { viewport: { width: 360, height: 800 }, locale: 'en-US' };

describeInChromium('the charts of the last hour in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  let queue: QueueClient<typeof contract>;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.close();
    await queue.close({ timeoutMs: 0 });
    await server.close();
  });

  /** Publishes the messages, which a consumer holds without settling them, lets the server take `steps` samples, and opens the overview. */
  const chartsOf = async (
    steps: number,
    messages: number,
    look: BrowserContextOptions = NARROW,
  ): Promise<readonly Chart[]> => {
    const measuringClock = new MeasuringClock(steps);
    server = await startTestServer({ contract, storage: 'memory', dashboard: true, measuringClock });
    queue = connect(contract, { url: server.url });
    await queue.subscribe('orders', { group: 'billing' }, () => new Promise<void>(() => undefined)).ready;
    const batch = Array.from({ length: messages }, () => ({ event: 'placed' as const, payload: null }));
    if (messages > 0) await queue.publishBatch('orders', batch);
    for (let step = 0; step < steps; step++) measuringClock.pass();
    page = await browser.newPage(look);
    page.setDefaultTimeout(60_000);
    await page.addInitScript(RECORD);
    await page.goto(server.url);
    await page.locator('.charts canvas').nth(2).waitFor();
    return page.evaluate<readonly Chart[]>(CHARTS);
  };

  it.each([
    ['an hour', 360],
    ['five minutes', 30],
    ['half a minute', 3],
    ['the first sample', 1],
  ])('have labels that can be read, after %s', async (_time, steps) => {
    const charts = await chartsOf(steps, 1_000);
    expect(charts.map(faultsOf)).toEqual([[], [], []]);
  });

  it('have no two labels of the same time after the first sample', async () => {
    const [, depth] = await chartsOf(1, 0);
    const times = textsOf(depth).filter((text) => text.includes(':'));
    expect(times).toEqual([...new Set(times)]);
  });

  it('show a depth of 0 as a point after the first sample', async () => {
    await chartsOf(1, 0);
    expect(await page.evaluate(AMBER)).toBeGreaterThan(0);
  });

  it('have short labels', async () => {
    const [, depth] = await chartsOf(360, 1_500, { locale: 'en-GB', timezoneId: 'UTC' });
    expect(textsOf(depth)).toEqual(['11:15', '11:30', '11:45', '12:00', '0', '500', '1K', '1.5K']);
  });

  it('have times in the zone of the viewer', async () => {
    const [rates] = await chartsOf(360, 1, { locale: 'en-GB', timezoneId: 'Asia/Kolkata' });
    expect(textsOf(rates)).toContain('17:15');
  });

  it('have whole numbers where there are no fractions', async () => {
    const [, depth] = await chartsOf(360, 1);
    expect(textsOf(depth).filter((text) => !text.includes(':'))).toEqual(['0', '1']);
  });
});
