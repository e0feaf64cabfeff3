import { QueueError, type BatchReceipt, type Receipt, type ScheduledReceipt } from '@typed-queue/contracts';
import type { Agreements } from '../agreement/agreements.js';
import { checkOptions, checkSeq, definitionOf, type KnownOptions } from '../argument-check.js';
import type { Runtime } from '../runtime.js';
import type { Requests } from '../connection/requests.js';
import { checkOneKey, draftBatch } from './batch.js';
import { Drafts, type DraftRules } from './draft.js';
import { OutboxQuota, type OutboxLimits } from './outbox-quota.js';
import { Outbox } from './outbox.js';
import type { BatchOptions, ScheduleOptions } from './publish-options.js';
import { ScheduledOutbox } from './scheduled-outbox.js';
import { scheduledTime } from './scheduled-time.js';

interface PublisherDeps {
  readonly rules: DraftRules;
  readonly limits: OutboxLimits;
  readonly server: Requests;
  readonly agreements: Agreements;
  readonly runtime: Pick<Runtime, 'defer' | 'after' | 'random' | 'newId' | 'now'>;
  /** Throws when the client takes no more messages. */
  readonly checkOpen: () => void;
}

const NO_OPTIONS: ScheduleOptions = {};
const KNOWN: KnownOptions<ScheduleOptions> = {
  id: true,
  dedupeKey: true,
  headers: true,
  expectedSeq: true,
  signal: true,
  delayMs: true,
  deliverAt: true,
};
const KNOWN_OF_BATCH: KnownOptions<BatchOptions> = { expectedSeq: true, signal: true };

/** What is published to one queue. */
interface Outboxes {
  readonly outbox: Outbox;
  /** What is published later. */
  readonly scheduled: ScheduledOutbox;
}

/** Publishes to all queues of a client. */
export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #drafts: Drafts;
  readonly #producer: string;
  readonly #quota: OutboxQuota;
  readonly #outboxes = new Map<string, Outboxes>();
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
    options: ScheduleOptions = NO_OPTIONS,
  ): Promise<Receipt | ScheduledReceipt> {
    // What is thrown here rejects the promise.
    return new Promise((resolve, reject) => {
      this.#deps.checkOpen();
      if (options !== NO_OPTIONS) checkOptions('publish', 'the fourth argument', options, KNOWN);
      const { signal, expectedSeq } = options;
      checkSignal(signal);
      checkSeq('publish', 'expectedSeq', expectedSeq);
      const draft = this.#drafts.create(queue, event, payload, options);
      const { outbox, scheduled } = this.#outboxesOf(queue);
      const time = scheduledTime(options, this.#deps.runtime.now);
      if (time !== undefined) {
        scheduled.add({ draft, time, signal }, { resolve, reject });
        return;
      }
      // What expects a seq is sent apart from others: when it is refused, they are not.
      const batch = expectedSeq === undefined ? undefined : { expectedSeq };
      outbox.add([draft], { resolve, reject }, batch, signal);
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
      this.#outboxesOf(queue).outbox.add(batch, { resolve: collect, reject }, { expectedSeq }, signal);
    });
  }

  /** Resolves when every message has a receipt or was rejected. */
  empty(): Promise<void> {
    return this.#quota.empty();
  }

  online(): void {
    this.#online = true;
    this.#refused.clear();
    for (const [queue, outboxes] of this.#outboxes) this.#begin(queue, outboxes);
  }

  offline(): void {
    this.#online = false;
    for (const { outbox, scheduled } of this.#outboxes.values()) {
      outbox.offline();
      scheduled.offline();
    }
  }

  fail(error: QueueError): void {
    for (const outboxes of this.#outboxes.values()) fail(outboxes, error);
  }

  /** @throws QueueError while the queue may not be published to */
  #outboxesOf(queue: string): Outboxes {
    const outboxes = this.#outboxes.get(queue) ?? this.#open(queue);
    const refusal = this.#refused.get(queue);
    if (refusal !== undefined) throw refusal;
    return outboxes;
  }

  #open(queue: string): Outboxes {
    const { server, runtime } = this.#deps;
    const deps = { queue, server, quota: this.#quota, runtime };
    const outboxes = {
      outbox: new Outbox({ ...deps, producer: this.#producer }),
      scheduled: new ScheduledOutbox(deps),
    };
    this.#outboxes.set(queue, outboxes);
    if (this.#online) this.#begin(queue, outboxes);
    return outboxes;
  }

  #begin(queue: string, outboxes: Outboxes): void {
    const { agreements, rules } = this.#deps;
    const use = agreements.use('write', definitionOf(rules.contract, queue));
    use.begin(
      () => {
        outboxes.outbox.online();
        outboxes.scheduled.online();
      },
      (error) => {
        this.#refused.set(queue, error);
        fail(outboxes, error);
      },
    );
  }
}

const fail = ({ outbox, scheduled }: Outboxes, error: QueueError): void => {
  outbox.fail(error);
  scheduled.fail(error);
};

/** @throws QueueError `aborted` */
const checkSignal = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) {
    throw new QueueError('aborted', 'The signal was aborted before.', { cause: signal.reason });
  }
};
