import { MINUTE, newId } from '@typed-queue/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../connection/client.js';
import { orAborted } from '../or-aborted.js';
import { Latencies, type Measured } from './latencies.js';

export interface BenchRunOptions {
  readonly queue: string;
  readonly event: string;
  readonly payload: unknown;
  readonly messages: number;
  /** Messages per second; undefined: as fast as the server stores them. */
  readonly rate: number | undefined;
  /** The most messages that wait for their receipts. */
  readonly inFlight: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

export interface BenchResult {
  /** Until the receipt. With a rate, from when the message was due. */
  readonly publish: Measured;
  /** Until the handler has the message; the rate is of all until they are acknowledged. */
  readonly consume: Measured;
}

/** The header that names a message of a run: the run, and its number. */
const HEADER = 'bench';
const CONCURRENCY = 1_000;
const PACE_MS = 1;

/** Publishes messages, consumes and acknowledges them in a group of its own, and measures both. */
export class BenchRun {
  readonly group: string;
  readonly #options: BenchRunOptions;
  readonly #sentAt: Float64Array;
  readonly #published: Latencies;
  readonly #handled: Latencies;
  readonly #id = newId();
  #pending = 0;
  #wake: () => void = () => undefined;
  readonly #failed = new AbortController();

  constructor(options: BenchRunOptions) {
    this.#options = options;
    this.group = `bench-${this.#id}`;
    this.#sentAt = new Float64Array(options.messages);
    this.#published = new Latencies(options.messages);
    this.#handled = new Latencies(options.messages);
  }

  /**
   * Runs to its end, and leaves the group; undefined: it was stopped.
   * @throws QueueError when a message cannot be published, or the group cannot be joined
   */
  async run(publisher: Client, consumer: Client, stop: AbortSignal): Promise<BenchResult | undefined> {
    const { queue, event, now } = this.#options;
    const over = AbortSignal.any([stop, this.#failed.signal]);
    const subscription = consumer.subscribe(
      queue,
      {
        group: this.group,
        start: 'now',
        events: [event],
        concurrency: CONCURRENCY,
        // It goes by itself when this program is killed.
        expireAfterMs: MINUTE,
      },
      ({ headers }) => this.#onMessage(headers[HEADER]),
    );
    await subscription.ready;
    const begun = now();
    await this.#publishAll(publisher, begun, over);
    await this.#until(() => this.#pending === 0, over);
    const publishedAt = now();
    await this.#until(() => this.#handled.isComplete, over);
    await subscription.close();
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
    if (stop.aborted) return undefined;
    return {
      publish: this.#published.measured(publishedAt - begun),
      consume: this.#handled.measured(now() - begun),
    };
  }

  async #publishAll(publisher: Client, begun: number, over: AbortSignal): Promise<void> {
    const { messages, rate, inFlight, now } = this.#options;
    for (let message = 0; message < messages; message++) {
      const due = rate === undefined ? undefined : begun + (message * 1_000) / rate;
      if (due !== undefined) await this.#pace(due, over);
      await this.#until(() => this.#pending < inFlight, over);
      if (over.aborted) return;
      this.#publish(publisher, message, due ?? now());
    }
  }

  async #pace(due: number, over: AbortSignal): Promise<void> {
    while (this.#options.now() < due && !over.aborted) await delay(PACE_MS);
  }

  #publish(publisher: Client, message: number, at: number): void {
    const { queue, event, payload, now } = this.#options;
    this.#sentAt[message] = at;
    this.#pending++;
    const headers = { [HEADER]: `${this.#id} ${message}` };
    void publisher
      .publish(queue, event, payload, { headers })
      .then(
        () => this.#published.add(message, now() - at),
        (error: unknown) => this.#failed.abort(error),
      )
      .then(() => {
        this.#pending--;
        this.#wake();
      });
  }

  /** Messages of others are acknowledged, and not counted. */
  #onMessage(header: string | undefined): void {
    const [run, number] = header?.split(' ') ?? [];
    const message = Number(number);
    const sentAt = run === this.#id ? this.#sentAt[message] : undefined;
    if (sentAt === undefined) return;
    this.#handled.add(message, this.#options.now() - sentAt);
    this.#wake();
  }

  async #until(holds: () => boolean, over: AbortSignal): Promise<void> {
    while (!holds() && !over.aborted)
      await orAborted(new Promise<void>((resolve) => (this.#wake = resolve)), over);
  }
}
