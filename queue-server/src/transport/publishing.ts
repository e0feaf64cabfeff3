import type { Receipt } from '@typed-queue/contracts';
import {
  headerAt,
  MAX_FRAME_MESSAGES,
  NIL_UUID,
  ok,
  type Frame,
  type FrameReceipt,
  type Result,
} from '@typed-queue/contracts/wire';
import { createHash } from 'node:crypto';
import type { Cost } from '../access/rate-limits.js';
import { OrderedIntake, type Intake, type Turn } from '../delivery/intake.js';
import type { Guard } from '../guard/guard.js';
import { requestSize } from './packet-decoder.js';
import type { RequestGate } from './request-gate.js';
import { plainReceipts } from './wire-forms.js';

export interface PublishingDeps {
  /** With the current rights of the client. */
  readonly guard: () => Guard;
  readonly gate: RequestGate;
  /** Charges a frame, and checks the token. @throws QueueError `rate_limited`, and as `SignIn.check` */
  readonly charge: (cost: Cost) => void;
  /** Whose producers the frames name, see `Identity.producers`. */
  readonly client: string;
}

/** The publish requests of one connection, in both forms. */
export class Publishing {
  readonly #guard: () => Guard;
  readonly #intake: Intake;
  readonly #bounded: Pick<Intake, 'append'>;
  readonly #ordered: OrderedIntake;
  readonly #gate: RequestGate;
  readonly #charge: PublishingDeps['charge'];
  readonly #producers: Producers;

  constructor(intake: Intake, { guard, gate, charge, client }: PublishingDeps) {
    this.#guard = guard;
    this.#intake = intake;
    this.#gate = gate;
    this.#charge = charge;
    this.#bounded = {
      append: (queue, frame) => gate.pass(frame.bytes.byteLength, () => intake.append(queue, frame)),
    };
    this.#ordered = new OrderedIntake(this.#bounded);
    this.#producers = new Producers(client);
  }

  /** The plain JSON form: one message or an array, charged by its size on the wire. */
  async publish(queue: unknown, input: unknown): Promise<Receipt | readonly Result<Receipt>[]> {
    this.#gate.checkRead();
    const guard = this.#guard();
    const { name } = guard.queue(queue);
    if (Array.isArray(input)) return this.#publishAll(name, input);
    const { frame, id } = guard.publication(name, input);
    return plainReceipts(await this.#bounded.append(name, frame))(id);
  }

  /** The binary form. */
  async publishFrame(queue: unknown, bytes: unknown): Promise<FrameReceipt> {
    const guard = this.#guard();
    const turn = this.#enter(queue, bytes);
    const { name } = guard.queue(queue);
    const { frame, refused } = guard.frame(name, bytes);
    if (frame === undefined) {
      const { durability } = this.#intake;
      return { epoch: this.#intake.epoch(name), firstSeq: 0, durability, refused, duplicates: [] };
    }
    if (turn === undefined) throw new Error('a frame without an intact header passed the guard');
    this.#producers.assign(frame);
    const { epoch, firstSeq, durability, ...appended } = await this.#ordered.append(turn, frame);
    const duplicates = appended.duplicates.map(({ place, seq }) => ({
      index: frame.publishedIndex(place),
      seq,
    }));
    return { epoch, firstSeq, durability, refused, duplicates };
  }

  /** Charges a frame by its header, before any other work. Undefined: the bytes are no frame, which the guard refuses. */
  #enter(queue: unknown, bytes: unknown): Turn | undefined {
    // Text was charged by its size on the wire.
    if (!(bytes instanceof Uint8Array)) return undefined;
    const size = requestSize(bytes) || bytes.byteLength;
    const found = headerAt(bytes);
    if (found.kind !== 'header' || typeof queue !== 'string') {
      this.#charge({ messages: 1, bytes: size });
      return undefined;
    }
    const { producer, firstNumber, count } = found.header;
    const messages = Math.min(Math.max(count, 1), MAX_FRAME_MESSAGES);
    return this.#ordered.enter(queue, { producer: this.#producers.storedAs(producer), firstNumber }, () =>
      this.#charge({ messages, bytes: size }),
    );
  }

  async #publishAll(queue: string, inputs: readonly unknown[]): Promise<readonly Result<Receipt>[]> {
    const { frame, messages } = this.#guard().publications(queue, inputs);
    const receipts = frame && plainReceipts(await this.#bounded.append(queue, frame));
    return messages.map((message) => {
      if ('error' in message) return { ok: false, error: message.error };
      if (receipts === undefined) throw new Error('a message passed the guard but was not appended');
      return ok(receipts(message.id));
    });
  }
}

/**
 * The producers of one connection as the log has them: a digest of the client and of the id that it gave. So the same
 * id of another client is another producer, and readers of frames learn no id that they could use.
 */
export class Producers {
  readonly #client: string;
  /** As a rule, a client has one producer for all its frames. */
  #last = { id: NIL_UUID, stored: NIL_UUID };

  /** `client`: see `Identity.producers`. */
  constructor(client: string) {
    this.#client = client;
  }

  /** Puts the stored producer into a frame, in place. */
  assign(frame: Frame): void {
    const { producer } = frame.header;
    if (producer !== NIL_UUID) frame.setProducer(this.storedAs(producer));
  }

  /** The stored producer for the id that a client gave. */
  storedAs(producer: string): string {
    if (producer === NIL_UUID) return producer;
    if (producer !== this.#last.id) this.#last = { id: producer, stored: this.#digest(producer) };
    return this.#last.stored;
  }

  #digest(id: string): string {
    const hex = createHash('sha256').update(`producer ${this.#client} ${id}`).digest('hex').slice(0, 32);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}
