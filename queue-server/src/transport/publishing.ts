import type { Receipt } from '@typed-queue/contracts';
import {
  headerAt,
  MAX_FRAME_MESSAGES,
  ok,
  type FrameReceipt,
  type Result,
} from '@typed-queue/contracts/wire';
import type { ClientRate } from '../access/client-rate.js';
import { OrderedIntake, type Appended, type Intake, type Turn } from '../delivery/intake.js';
import type { Guard } from '../guard/guard.js';
import { Producers } from './producers.js';
import type { RequestGate } from './request-gate.js';

export interface PublishingOptions {
  /** Of what the client has rights to now. */
  readonly guard: () => Guard;
  readonly gate: RequestGate;
  readonly rate: Pick<ClientRate, 'take'>;
  /** Whose producers the frames name, see `Identity.producers`. */
  readonly client: string;
}

/** Takes the publishes of one connection, in both forms. */
export class Publishing {
  readonly #guard: () => Guard;
  readonly #intake: Intake;
  readonly #bounded: Pick<Intake, 'append'>;
  readonly #ordered: OrderedIntake;
  readonly #gate: RequestGate;
  readonly #rate: PublishingOptions['rate'];
  readonly #producers: Producers;

  constructor(intake: Intake, { guard, gate, rate, client }: PublishingOptions) {
    this.#guard = guard;
    this.#intake = intake;
    this.#gate = gate;
    this.#rate = rate;
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
    return receiptsOf(await this.#bounded.append(name, frame))(id);
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

  /** Charges a frame by its header, before any other work. Undefined: it is no frame, which the guard refuses. */
  #enter(queue: unknown, bytes: unknown): Turn | undefined {
    // Text was charged by its size on the wire.
    if (!(bytes instanceof Uint8Array)) return undefined;
    const found = headerAt(bytes);
    if (found.kind !== 'header' || typeof queue !== 'string') {
      this.#rate.take({ messages: 1, bytes: bytes.byteLength });
      return undefined;
    }
    const { producer, firstNumber, count } = found.header;
    const messages = Math.min(Math.max(count, 1), MAX_FRAME_MESSAGES);
    return this.#ordered.enter(queue, { producer: this.#producers.storedAs(producer), firstNumber }, () =>
      this.#rate.take({ messages, bytes: bytes.byteLength }),
    );
  }

  async #publishAll(queue: string, inputs: readonly unknown[]): Promise<readonly Result<Receipt>[]> {
    const { frame, messages } = this.#guard().publications(queue, inputs);
    const receipts = frame && receiptsOf(await this.#bounded.append(queue, frame));
    return messages.map((message) => {
      if ('error' in message) return { ok: false, error: message.error };
      if (receipts === undefined) throw new Error('a message passed the guard but was not appended');
      return ok(receipts(message.id));
    });
  }
}

/** Makes the receipts of messages, in the order of their places in the frame that was appended. */
const receiptsOf = ({ epoch, durability, firstSeq, duplicates }: Appended): ((id: string) => Receipt) => {
  const known = new Map(duplicates.map(({ place, seq }) => [place, seq]));
  let place = 0;
  let next = firstSeq;
  return (id) => {
    const seq = known.get(place++);
    if (seq !== undefined) return { id, epoch, seq, duplicate: true, durability };
    return { id, epoch, seq: next++, duplicate: false, durability };
  };
};
