import type { QueueClient } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.js';
import { QUEUES, type contract } from './rolling-contract.js';
import type { RollingRecord } from './rolling-record.js';

export type RollingClient = QueueClient<typeof contract>;

/** A client, and the number of the server that it is connected to. */
export interface Placed {
  readonly client: RollingClient;
  readonly server: number;
}

const KEYS = 100;
/** Every fourth message has no ordering key. */
const UNORDERED = 4;
/** Every tenth of those is for later. */
const SCHEDULED = 10 * UNORDERED;
const MAX_DELAY_MS = 5_000;
const TICK_MS = 20;
/** Of a loop that awaits: between a receipt and the next message. */
const PAUSE_MS = 100;
/** Loops of each publisher that send a message when they have the receipt of the one before. */
const AWAITING = 6;
/** The outbox of a client has room for 10,000 messages of each queue. */
const MAX_UNACKNOWLEDGED = 8_000;

export interface RollingPublisherDeps extends Placed {
  readonly record: RollingRecord;
  readonly random: SeededRandom;
  /** Of the messages whose receipts nobody awaits. */
  readonly perSecond: number;
}

/** Publishes to all queues: with a pace, and in loops that await each receipt. */
export class RollingPublisher {
  readonly #deps: RollingPublisherDeps;
  readonly #publishing: Promise<unknown>;
  #unacknowledged = 0;
  #isPublishing = true;

  constructor(deps: RollingPublisherDeps) {
    this.#deps = deps;
    const awaiting = Array.from({ length: AWAITING }, () => this.#publishAwaiting());
    this.#publishing = Promise.all([this.#publishPaced(), ...awaiting]);
  }

  /** Resolves when everything that was sent has a receipt, or an error. */
  async stop(): Promise<void> {
    this.#isPublishing = false;
    await this.#publishing;
    while (this.#unacknowledged > 0) await setTimeout(TICK_MS);
  }

  async #publishPaced(): Promise<void> {
    const { perSecond } = this.#deps;
    const began = performance.now();
    for (let sent = 0; this.#isPublishing;) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      for (; sent < due && this.#unacknowledged < MAX_UNACKNOWLEDGED; sent++) void this.#publish();
      sent = Math.max(sent, Math.floor(due) - MAX_UNACKNOWLEDGED);
      await setTimeout(TICK_MS);
    }
  }

  async #publishAwaiting(): Promise<void> {
    while (this.#isPublishing) {
      await this.#publish();
      await setTimeout(PAUSE_MS);
    }
  }

  /** Never rejects. */
  async #publish(): Promise<void> {
    const { client, server, record, random } = this.#deps;
    const number = record.sent++;
    const queue = QUEUES[number % QUEUES.length] ?? 'orders';
    const turn = Math.floor(number / QUEUES.length);
    const headers = turn % UNORDERED === 0 ? {} : { key: `key-${turn % KEYS}` };
    const later = turn % SCHEDULED === 0 ? { delayMs: random.below(MAX_DELAY_MS) } : {};
    this.#unacknowledged++;
    try {
      await client.publish(queue, 'placed', { number }, { headers, ...later });
      record.receipts.push({ queue, server, number, at: performance.now() });
    } catch (error) {
      record.failed(record.errors, error);
    } finally {
      this.#unacknowledged--;
    }
  }
}
