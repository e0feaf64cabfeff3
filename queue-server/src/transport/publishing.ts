import type { BatchReceipt, Receipt, ScheduledReceipt } from '@typed-queue/contracts';
import {
  headerAt,
  MAX_FRAME_MESSAGES,
  ok,
  type Frame,
  type FrameReceipt,
  type Result,
} from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import type { Cost } from '../access/rate-limits.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import { ProducerOrder, type EnteredFrame } from '../delivery/producer-order.js';
import type { PublishGate } from '../delivery/publish-gate.js';
import { guardExpectedSeq, type GuardedExpectation } from '../guard/expected-seq.js';
import type { Guard, QueueGuard } from '../guard/guard.js';
import type { Schedule } from '../schedule/schedule.js';
import { storedProducer } from './client-identity.js';
import { requestSize } from './packet-decoder.js';
import type { OpenRequests } from './open-requests.js';
import { batchReceipt, plainReceipts } from './wire-forms.js';

export interface PublishingDeps {
  readonly schedule: Pick<Schedule, 'add'>;
  /** With the current rights of the client. */
  readonly guard: () => Guard;
  readonly requests: OpenRequests;
  /** Charges a frame, and checks the token. @throws QueueError `rate_limited`, and as `TokenValidity.check` */
  readonly charge: (cost: Cost) => void;
  readonly refusals: RefusalCounts;
  /** Whose producers the frames name, see `Identity.producers`. */
  readonly client: string;
}

/** The publish requests of one connection, in both forms. */
export class Publishing {
  readonly #guard: () => Guard;
  readonly #publishGate: PublishGate;
  readonly #schedule: Pick<Schedule, 'add'>;
  readonly #ordered: ProducerOrder;
  readonly #requests: OpenRequests;
  readonly #charge: PublishingDeps['charge'];
  readonly #refusals: RefusalCounts;

  constructor(publishGate: PublishGate, deps: PublishingDeps) {
    const { guard, schedule, requests, charge, refusals, client } = deps;
    this.#schedule = schedule;
    this.#guard = guard;
    this.#publishGate = publishGate;
    this.#ordered = new ProducerOrder(publishGate, {
      storedProducer: (id) => storedProducer(client, id),
      open: (bytes) => requests.open(bytes),
    });
    this.#requests = requests;
    this.#charge = charge;
    this.#refusals = refusals;
  }

  /** The plain JSON form: one message or an array, charged by its size on the wire. */
  async publish(name: unknown, input: unknown): Promise<Receipt | readonly Result<Receipt>[]> {
    this.#requests.checkRead();
    const queue = this.#guard().queue(name);
    if (Array.isArray(input)) return this.#publishAll(queue, input);
    const { frame, id } = queue.publication(input);
    return plainReceipts(await this.#ordered.append(queue.name, frame))(id);
  }

  /** The binary form. */
  async publishFrame(name: unknown, bytes: unknown): Promise<FrameReceipt> {
    const entered = this.#enter(name, bytes);
    const queue = this.#guard().queue(name);
    const { frame, refused } = queue.frame(bytes);
    for (const { error } of refused) this.#refusals.add(error.code);
    if (frame === undefined) {
      const { durability } = this.#publishGate;
      return { epoch: this.#publishGate.epoch(queue.name), firstSeq: 0, durability, refused, duplicates: [] };
    }
    return { ...(await this.#append(queue.name, frame, entered)), refused };
  }

  /** A batch in the plain JSON form, charged by its size on the wire. */
  async publishBatch(name: unknown, input: unknown): Promise<BatchReceipt> {
    this.#requests.checkRead();
    const queue = this.#guard().queue(name);
    const frame = queue.batch(input);
    return batchReceipt(frame, await this.#ordered.append(queue.name, frame));
  }

  /** A batch in the binary form: one frame is one record of the log. */
  async publishBatchFrame(name: unknown, bytes: unknown): Promise<FrameReceipt> {
    const entered = this.#enter(name, bytes);
    const queue = this.#guard().queue(name);
    return this.#append(queue.name, queue.batchFrame(bytes), entered);
  }

  /** A batch in the plain JSON form that is stored only after the seq that it expects. */
  async publishExpected(name: unknown, input: unknown, expectedSeq: unknown): Promise<BatchReceipt> {
    this.#requests.checkRead();
    const queue = this.#guard().queue(name);
    const frame = queue.batch(input);
    const expected = guardExpectedSeq(frame, expectedSeq);
    return batchReceipt(frame, await this.#ordered.append(queue.name, frame, undefined, expected));
  }

  /** The same in the binary form. */
  async publishExpectedFrame(name: unknown, bytes: unknown, expectedSeq: unknown): Promise<FrameReceipt> {
    const entered = this.#enter(name, bytes);
    const queue = this.#guard().queue(name);
    const frame = queue.batchFrame(bytes);
    return this.#append(queue.name, frame, entered, guardExpectedSeq(frame, expectedSeq));
  }

  /** A message for later, in the plain JSON form. */
  async schedule(name: unknown, input: unknown): Promise<ScheduledReceipt> {
    this.#requests.checkRead();
    const queue = this.#guard().queue(name);
    const { draft, time } = queue.scheduled(input);
    const { payload, headers = '' } = draft;
    const close = this.#requests.open(Buffer.byteLength(payload) + Buffer.byteLength(headers));
    try {
      this.#publishGate.checkOpen();
      return await this.#schedule.add(queue.name, draft, time);
    } finally {
      close();
    }
  }

  async #append(
    queue: string,
    frame: Frame,
    entered: EnteredFrame | undefined,
    expected?: GuardedExpectation,
  ): Promise<FrameReceipt> {
    if (entered === undefined) throw new Error('a frame without an intact header passed the guard');
    const appended = await this.#ordered.append(queue, frame, entered, expected);
    const { epoch, firstSeq, durability, duplicates } = appended;
    return {
      epoch,
      firstSeq,
      durability,
      refused: [],
      duplicates: duplicates.map(({ index, seq }) => ({ index: frame.publishedIndex(index), seq })),
    };
  }

  /** Charges a frame by its header, before any other work. Undefined: the bytes are no frame, which the guard refuses. */
  #enter(queue: unknown, bytes: unknown): EnteredFrame | undefined {
    // Text was charged by its size on the wire.
    if (!(bytes instanceof Uint8Array)) return undefined;
    const size = requestSize(bytes) || bytes.byteLength;
    const found = headerAt(bytes);
    // Of a queue that the client cannot use nothing is remembered, however often it is refused.
    if (found.kind !== 'header' || !this.#guard().knows(queue)) {
      this.#charge({ messages: 1, bytes: size });
      return undefined;
    }
    const messages = Math.min(Math.max(found.header.count, 1), MAX_FRAME_MESSAGES);
    return this.#ordered.enter(queue, found.header, () => this.#charge({ messages, bytes: size }));
  }

  async #publishAll(queue: QueueGuard, inputs: readonly unknown[]): Promise<readonly Result<Receipt>[]> {
    const { frame, messages } = queue.publications(inputs);
    const receipts = frame && plainReceipts(await this.#ordered.append(queue.name, frame));
    return messages.map((message) => {
      if ('error' in message) {
        this.#refusals.add(message.error.code);
        return { ok: false, error: message.error };
      }
      if (receipts === undefined) throw new Error('a message passed the guard but was not appended');
      return ok(receipts(message.id));
    });
  }
}
