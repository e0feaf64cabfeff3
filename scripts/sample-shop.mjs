import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';
import { connect, DeadLetter } from '@typed-queue/queue-client';
import { startTestServer } from '@typed-queue/queue-server/testing';
import * as z from 'zod';

/** As the server measures: an hour. */
const STEP_MS = 10_000;
const STEPS = 360;
/** The last steps, in which shipping does less than is ordered. */
const SLOW_STEPS = 40;

const PRODUCTS = ['tea', 'mate', 'coffee', 'cocoa', 'honey', 'rusks'];
const CITIES = ['Lisbon', 'Oslo', 'Graz', 'Ghent', 'Turin', 'Kyoto', 'Porto'];

const contract = defineContract({
  orders: defineQueue('orders', {
    description: 'What customers of the shop ordered.',
    events: {
      placed: z.strictObject({
        id: z.string().meta({ description: 'Of the order' }),
        product: z.enum(PRODUCTS),
        quantity: z.int().positive().max(100),
        city: z.string(),
        total: z.number().positive().max(1_000).meta({ description: 'In euros' }),
      }),
      cancelled: z.strictObject({ id: z.string(), reason: z.string() }),
      reserve: call({
        input: z.strictObject({ product: z.enum(PRODUCTS), quantity: z.int() }),
        output: z.strictObject({ reservation: z.string() }),
        failures: { sold_out: { retry: false } },
      }),
      quote: call({
        input: z.strictObject({ product: z.enum(PRODUCTS) }),
        output: z.number(),
        durable: true,
      }),
      track: streaming({
        input: z.strictObject({ id: z.string() }),
        output: z.strictObject({ city: z.string() }),
      }),
    },
    retention: { maxAgeMs: 7 * 24 * 3_600_000 },
  }),
  payments: defineQueue('payments', {
    description: 'What the bank said.',
    events: { received: z.strictObject({ order: z.string(), amount: z.number() }) },
  }),
  emails: defineQueue('emails', {
    description: 'What is to be sent.',
    events: { requested: z.strictObject({ to: z.string(), template: z.string() }) },
  }),
});

/** The server measures by it, a step when `pass` is called. It ends at the present when all steps have passed. */
class MeasuringClock {
  #time = 0;
  #due;
  #start = Date.now() - STEPS * STEP_MS;

  now = () => this.#time;
  wallNow = () => this.#start + this.#time;
  after = (_ms, run) => {
    this.#due = run;
    return () => (this.#due = undefined);
  };

  pass() {
    this.#time += STEP_MS;
    this.#due?.();
  }
}

/** Handlers wait until as many messages may be handled. */
class Allowance {
  #left = 0;
  #waiting = [];

  /** What was left over is lost. */
  set(count) {
    const woken = this.#waiting.splice(0, count);
    this.#left = count - woken.length;
    for (const wake of woken) wake();
  }

  take() {
    if (this.#left === 0) return new Promise((resolve) => void this.#waiting.push(resolve));
    this.#left -= 1;
    return Promise.resolve();
  }
}

/** Orders in ten seconds: more in the middle of the hour, never the same number. */
const orderedIn = (step) =>
  Math.round(90 + 40 * Math.sin(step / 57) + 14 * Math.sin(step / 5) + ((step * 7) % 11));

/** @param {number} number */
const orderOf = (number) => {
  const quantity = number % 2_741 === 1_000 ? 40 : 1 + (number % 4);
  return {
    id: `order-${10_000 + number}`,
    product: PRODUCTS[(number * 5 + (number >> 3)) % PRODUCTS.length],
    quantity,
    city: CITIES[(number * 3 + (number >> 2)) % CITIES.length],
    total: Math.round(quantity * (4.2 + (number % 9)) * 100) / 100,
  };
};

const IN_STOCK = 12;
/** What of the orders cannot be billed. */
const billingRefusal = ({ id, product, quantity }) => {
  if (quantity > IN_STOCK) return `${quantity} of ${product} ordered, ${IN_STOCK} in stock`;
  return /[49]777$/.test(id) ? `no price of ${product}` : undefined;
};

/** What answers the calls of the shop. */
const responses = {
  reserve: ({ product, quantity }, { fail }) => {
    if (product === 'rusks' && quantity > 3) throw fail('sold_out');
    return { reservation: `${quantity} ${product}` };
  },
  track: async function* () {
    for (const city of CITIES) yield { city };
  },
};

/** A shop that has run for an hour: its groups, one of which falls behind, and its dead letters. */
class SampleShop {
  #clock = new MeasuringClock();
  #shipping = new Allowance();
  #ordered = 0;
  #server;
  #publisher;
  #clients = [];

  get url() {
    return this.#server.url;
  }

  async open() {
    this.#server = await startTestServer({
      contract,
      storage: 'memory',
      dashboard: true,
      measuringClock: this.#clock,
      messagesPerSecond: 1_000_000,
    });
    await this.#subscribe('orders', 'billing', ({ event, payload }) => {
      const refusal = event === 'placed' ? billingRefusal(payload) : undefined;
      if (refusal !== undefined) throw new DeadLetter(refusal);
    });
    await this.#subscribe('orders', 'shipping', () => this.#shipping.take());
    await this.#subscribe('payments', 'receipts', () => undefined);
    await this.#subscribe('emails', 'mailer', () => undefined);
    for (const name of ['stock-1', 'stock-2'])
      await this.#connect(name).serve('orders', responses, { calls: ['reserve', 'track'], concurrency: 8 })
        .ready;
    this.#publisher = this.#connect('shop');
  }

  /** One hour passes. */
  async run() {
    for (let step = 0; step < STEPS; step++) {
      const count = orderedIn(step);
      this.#shipping.set(step < STEPS - SLOW_STEPS ? 10_000 : Math.round(count * 0.7));
      await this.order(count);
      await this.#rest(step < STEPS - SLOW_STEPS ? ['billing', 'shipping'] : ['billing']);
      this.#clock.pass();
    }
  }

  /** Resolves when these groups have settled all orders. */
  async #rest(names) {
    for (;;) {
      const groups = await this.#publisher.admin.groups('orders');
      if (groups.every(({ group, depth }) => depth === 0 || !names.includes(group))) return;
    }
  }

  /**
   * So many orders come in, and what follows from them.
   * @param {number} count
   */
  async order(count) {
    const orders = Array.from({ length: count }, (_, index) => orderOf(this.#ordered + index));
    this.#ordered += count;
    await this.#publisher.publishBatch(
      'orders',
      orders.map((payload) => ({
        event: 'placed',
        payload,
        headers: { key: payload.id, channel: 'web' },
      })),
    );
    await Promise.all(orders.slice(0, Math.ceil(count * 0.1)).map((order) => this.#reserve(order)));
    await this.#publisher.publishBatch(
      'payments',
      orders.slice(0, Math.ceil(count * 0.6)).map(({ id, total }) => ({
        event: 'received',
        payload: { order: id, amount: total },
      })),
    );
    await this.#publisher.publishBatch(
      'emails',
      orders.slice(0, Math.ceil(count * 0.3)).map(({ id }) => ({
        event: 'requested',
        payload: { to: `${id}@example.com`, template: 'thank-you' },
      })),
    );
  }

  /** Before an order is paid: what it is of is put aside. */
  async #reserve({ product, quantity }) {
    await this.#publisher.call('orders', 'reserve', { product, quantity }).answer;
  }

  async close() {
    for (const client of this.#clients) await client.close({ timeoutMs: 0 });
    await this.#server.close();
  }

  #connect(name) {
    const client = connect(contract, { url: this.#server.url, name });
    client.on('dead-letter', () => undefined);
    this.#clients.push(client);
    return client;
  }

  async #subscribe(queue, group, handler) {
    await this.#connect(`${group}-1`).subscribe(queue, { group }, handler).ready;
  }
}

/** Starts it; resolves when its hour has passed. */
export const startSampleShop = async () => {
  const shop = new SampleShop();
  await shop.open();
  await shop.run();
  return shop;
};
