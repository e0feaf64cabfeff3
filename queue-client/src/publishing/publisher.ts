import { QueueError, type BatchReceipt, type Receipt } from '@typed-queue/contracts';
import type { Agreements } from '../agreement/agreements.js';
import type { BatchOptions, PublishOptions } from '../client.js';
import { checkOptions, checkSeq, definitionOf, type KnownOptions } from '../argument-check.js';
import type { Runtime } from '../runtime.js';
import type { Requests } from '../connection/requests.js';
import { checkOneKey, draftBatch } from './batch.js';
import { Drafts, type DraftRules } from './draft.js';
import { OutboxQuota, type OutboxLimits } from './outbox-quota.js';
import { Outbox } from './outbox.js';

interface PublisherDeps {
  readonly rules: DraftRules;
  readonly limits: OutboxLimits;
  readonly server: Requests;
  readonly agreements: Agreements;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random' | 'newId'>;
  /** Throws when the client takes no more messages. */
  readonly checkOpen: () => void;
}

const NO_OPTIONS: PublishOptions = {};
const KNOWN: KnownOptions<PublishOptions> = {
  id: true,
  dedupeKey: true,
  headers: true,
  expectedSeq: true,
  signal: true,
};
const KNOWN_OF_BATCH: KnownOptions<BatchOptions> = { expectedSeq: true, signal: true };

/** Publishes to all queues of a client: one outbox for each. */
export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #drafts: Drafts;
  readonly #producer: string;
  readonly #quota: OutboxQuota;
  readonly #outboxes = new Map<string, Outbox>();
  /** Queues that may not be published to on this connection. */
  readonly #refused = new Map<string, QueueError>();
  #online = false;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
    this.#drafts = new Drafts(deps.rules);
    this.#producer = deps.runtime.newId();
    this.#quota = new OutboxQuota(deps.limits);
  }

  publish(
    queue: string,
    event: string,
    payload: unknown,
    options: PublishOptions = NO_OPTIONS,
  ): Promise<Receipt> {
    // What is thrown here rejects the promise.
    return new Promise((resolve, reject) => {
      this.#deps.checkOpen();
      if (options !== NO_OPTIONS) checkOptions('publish', 'the fourth argument', options, KNOWN);
      const { signal, expectedSeq } = options;
      checkSignal(signal);
      checkSeq('publish', 'expectedSeq', expectedSeq);
      const draft = this.#drafts.create(queue, event, payload, options);
      // What expects a seq is sent apart from others: when it is refused, they are not.
      const batch = expectedSeq === undefined ? undefined : { expectedSeq };
      this.#outboxOf(queue).add([draft], { resolve, reject }, batch, signal);
    });
  }

  publishBatch(
    queue: string,
    messages: readonly unknown[],
    options: BatchOptions = {},
  ): Promise<BatchReceipt> {
    return new Promise((resolve, reject) => {
      this.#deps.checkOpen();
      checkOptions('publishBatch', 'the third argument', options, KNOWN_OF_BATCH);
      const { signal, expectedSeq } = options;
      checkSignal(signal);
      checkSeq('publishBatch', 'expectedSeq', expectedSeq);
      definitionOf(this.#deps.rules.contract, queue);
      const batch = draftBatch(this.#drafts, queue, messages);
      if (expectedSeq !== undefined) checkOneKey(batch);
      const stored: BatchReceipt['messages'][number][] = [];
      const collect = ({ epoch, durability, ...message }: Receipt): void => {
        if (stored.push(message) === batch.length) resolve({ epoch, durability, messages: stored });
      };
      this.#outboxOf(queue).add(batch, { resolve: collect, reject }, { expectedSeq }, signal);
    });
  }

  /** Resolves when every message has a receipt or was rejected. */
  empty(): Promise<void> {
    return this.#quota.empty();
  }

  online(): void {
    this.#online = true;
    this.#refused.clear();
    for (const [queue, outbox] of this.#outboxes) this.#begin(queue, outbox);
  }

  offline(): void {
    this.#online = false;
    for (const outbox of this.#outboxes.values()) outbox.offline();
  }

  fail(error: QueueError): void {
    for (const outbox of this.#outboxes.values()) outbox.fail(error);
  }

  /** @throws QueueError while the queue may not be published to */
  #outboxOf(queue: string): Outbox {
    const outbox = this.#outboxes.get(queue) ?? this.#open(queue);
    const refusal = this.#refused.get(queue);
    if (refusal !== undefined) throw refusal;
    return outbox;
  }

  #open(queue: string): Outbox {
    const { server, runtime } = this.#deps;
    const outbox = new Outbox({ queue, producer: this.#producer, server, quota: this.#quota, runtime });
    this.#outboxes.set(queue, outbox);
    if (this.#online) this.#begin(queue, outbox);
    return outbox;
  }

  #begin(queue: string, outbox: Outbox): void {
    const { agreements, rules } = this.#deps;
    const use = agreements.use('write', definitionOf(rules.contract, queue));
    use.begin(
      () => outbox.online(),
      (error) => {
        this.#refused.set(queue, error);
        outbox.fail(error);
      },
    );
  }
}

/** @throws QueueError `aborted` */
const checkSignal = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) {
    throw new QueueError('aborted', 'The signal was aborted before.', { cause: signal.reason });
  }
};
