import type { contract, Receipt } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import type { Published } from '../loss-checker.js';

/** A client of the default contract. */
export type Client = QueueClient<typeof contract>;

/** Publishes a message. */
export type Publish = (
  client: Client,
  number: number,
  options: { readonly headers?: { readonly key: string } },
) => Promise<Receipt>;

const KEYS = 200;
/** Every fourth message has no ordering key. */
const UNORDERED = 4;
/** The outbox of a client has room for 10,000. */
const MAX_UNACKNOWLEDGED = 8_000;
const TICK_MS = 20;

/** Publishers with a pace, and what they saw. */
export class Publishing {
  /** What no code of a publisher may see. */
  readonly errors = new Map<string, number>();
  readonly #published = new Map<number, { readonly key: string }>();
  /** Seqs that two receipts have. */
  readonly sameSeqs: number[] = [];
  readonly durabilities = new Set<string>();
  readonly #publish: Publish;
  /** How many each publisher has. */
  readonly #receipts: number[];
  #sent = 0;
  #unacknowledged = 0;
  #isPublishing = true;
  readonly #publishing: Promise<unknown>;

  constructor(publishers: readonly Client[], perSecond: number, publish: Publish) {
    this.#publish = publish;
    this.#receipts = publishers.map(() => 0);
    this.#publishing = Promise.all(
      publishers.map((client, index) => this.#run(client, index, perSecond / publishers.length)),
    );
  }

  get published(): Published {
    return this.#published;
  }
  /** Of each publisher. */
  get receipts(): readonly number[] {
    return this.#receipts;
  }
  get sent(): number {
    return this.#sent;
  }

  /** Resolves when everything that was sent has a receipt. */
  async stop(): Promise<void> {
    this.#isPublishing = false;
    await this.#publishing;
    while (this.#unacknowledged > 0) await setTimeout(TICK_MS);
  }

  async #run(client: Client, index: number, perSecond: number): Promise<void> {
    const began = performance.now();
    for (let sent = 0; this.#isPublishing;) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      for (; sent < due && this.#unacknowledged < MAX_UNACKNOWLEDGED; sent++) this.#send(client, index);
      // What could not be sent in time is not sent later in one burst.
      sent = Math.max(sent, Math.floor(due) - MAX_UNACKNOWLEDGED);
      await setTimeout(TICK_MS);
    }
  }

  #send(client: Client, index: number): void {
    const number = this.#sent++;
    const key = number % UNORDERED === 0 ? '' : `key-${number % KEYS}`;
    this.#unacknowledged++;
    this.#publish(client, number, key === '' ? {} : { headers: { key } })
      .then(({ seq, durability }) => {
        if (this.#published.has(seq)) this.sameSeqs.push(seq);
        this.#published.set(seq, { key });
        this.durabilities.add(durability);
        this.#receipts[index] = (this.#receipts[index] ?? 0) + 1;
      })
      .catch((error: unknown) => {
        const text = String(error);
        this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
      })
      .finally(() => this.#unacknowledged--);
  }
}

/** A message of the queue "database". */
export const publishRead: Publish = (client, number, options) =>
  client.publish('database', 'read', { model: 'product', id: String(number), count: 1 }, options);
