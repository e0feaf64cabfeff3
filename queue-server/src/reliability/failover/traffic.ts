import type { contract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import type { Handled, Published } from '../loss-checker.js';

/** The clients of the default contract. */
type Client = QueueClient<typeof contract>;

const QUEUE = 'database';
const GROUP = 'workers';
const KEYS = 200;
/** Every fourth message has no ordering key. */
const UNORDERED = 4;
const CONCURRENCY = 64;
/** The outbox of a client has room for 10,000. */
const MAX_UNACKNOWLEDGED = 8_000;
const TICK_MS = 20;

/** Publishers with a pace and members of one group, each with a client of its own, and what they saw. */
export class Traffic {
  readonly handled: Handled[] = [];
  /** What no code of a publisher may see. */
  readonly errors = new Map<string, number>();
  readonly #published = new Map<number, { readonly key: string }>();
  /** Seqs that two receipts have. */
  readonly sameSeqs: number[] = [];
  readonly durabilities = new Set<string>();
  #sent = 0;
  #unacknowledged = 0;
  #isPublishing = true;
  readonly #publishing: Promise<unknown>;

  constructor(publishers: readonly Client[], members: readonly Client[], perSecond: number) {
    for (const [index, client] of members.entries()) this.#consume(client, index);
    this.#publishing = Promise.all(
      publishers.map((client) => this.#publish(client, perSecond / publishers.length)),
    );
  }

  get published(): Published {
    return this.#published;
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

  /** Resolves when the group has handled everything. */
  async drained(client: Client): Promise<void> {
    const depth = async (): Promise<number> =>
      (await client.admin.groups(QUEUE)).find(({ group }) => group === GROUP)?.depth ?? 1;
    while ((await depth()) > 0) await setTimeout(TICK_MS);
  }

  #consume(client: Client, holder: number): void {
    client.subscribe(QUEUE, { group: GROUP, concurrency: CONCURRENCY }, ({ seq, headers }, { attempt }) => {
      this.handled.push({ seq, attempt, key: headers.key ?? '', at: performance.now(), holder });
    });
  }

  async #publish(client: Client, perSecond: number): Promise<void> {
    const began = performance.now();
    for (let sent = 0; this.#isPublishing;) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      for (; sent < due && this.#unacknowledged < MAX_UNACKNOWLEDGED; sent++) this.#send(client);
      // What could not be sent in time is not sent later in one burst.
      sent = Math.max(sent, Math.floor(due) - MAX_UNACKNOWLEDGED);
      await setTimeout(TICK_MS);
    }
  }

  #send(client: Client): void {
    const number = this.#sent++;
    const key = number % UNORDERED === 0 ? '' : `key-${number % KEYS}`;
    const options = key === '' ? {} : { headers: { key } };
    this.#unacknowledged++;
    client
      .publish(QUEUE, 'read', { model: 'product', id: String(number), count: 1 }, options)
      .then(({ seq, durability }) => {
        if (this.#published.has(seq)) this.sameSeqs.push(seq);
        this.#published.set(seq, { key });
        this.durabilities.add(durability);
      })
      .catch((error: unknown) => {
        const text = String(error);
        this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
      })
      .finally(() => this.#unacknowledged--);
  }
}
