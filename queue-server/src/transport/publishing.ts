import { ok, type FrameReceipt, type Receipt, type Result } from '@typed-queue/contracts';
import { OrderedIntake, type Appended, type Intake } from '../delivery/intake.js';
import type { Guard } from '../guard/guard.js';
import { LimitedIntake } from './limited-intake.js';
import { Producers } from './producers.js';

/** Takes the publishes of one connection, in both forms. */
export class Publishing {
  readonly #guard: Guard;
  readonly #intake: Intake;
  readonly #limited: LimitedIntake;
  readonly #ordered: OrderedIntake;
  readonly #producers: Producers;

  /** `client`: whose producers the frames name, see `Identity.producers`. */
  constructor(guard: Guard, intake: Intake, client: string) {
    this.#guard = guard;
    this.#intake = intake;
    this.#limited = new LimitedIntake(intake);
    this.#ordered = new OrderedIntake(this.#limited);
    this.#producers = new Producers(client);
  }

  /** The plain JSON form: one message or an array. */
  async publish(queue: unknown, input: unknown): Promise<Receipt | readonly Result<Receipt>[]> {
    const { name } = this.#guard.queue(queue);
    if (Array.isArray(input)) return this.#publishAll(name, input);
    const { frame, id } = this.#guard.publication(name, input);
    return receiptOf(await this.#limited.append(name, frame), id, 0);
  }

  /** The binary form. */
  async publishFrame(queue: unknown, bytes: unknown): Promise<FrameReceipt> {
    const { name } = this.#guard.queue(queue);
    const { frame, refused } = this.#guard.frame(name, bytes);
    if (frame === undefined) {
      const { durability } = this.#intake;
      return { epoch: this.#intake.epoch(name), firstSeq: 0, durability, refused, duplicates: [] };
    }
    this.#producers.assign(frame);
    const { epoch, firstSeq, durability, ...appended } = await this.#ordered.append(name, frame);
    const duplicates = appended.duplicates.map(({ place, seq }) => ({
      index: frame.publishedIndex(place),
      seq,
    }));
    return { epoch, firstSeq, durability, refused, duplicates };
  }

  async #publishAll(queue: string, inputs: readonly unknown[]): Promise<readonly Result<Receipt>[]> {
    const { frame, messages } = this.#guard.publications(queue, inputs);
    const appended = frame && (await this.#limited.append(queue, frame));
    let place = 0;
    return messages.map((message) => {
      if ('error' in message) return { ok: false, error: message.error };
      if (appended === undefined) throw new Error('a message passed the guard but was not appended');
      return ok(receiptOf(appended, message.id, place++));
    });
  }
}

/** The receipt of one message, by its place in the frame that was appended. */
const receiptOf = (
  { epoch, durability, firstSeq, duplicates }: Appended,
  id: string,
  place: number,
): Receipt => {
  const known = duplicates.find((duplicate) => duplicate.place === place);
  if (known !== undefined) return { id, epoch, seq: known.seq, duplicate: true, durability };
  const before = duplicates.filter((duplicate) => duplicate.place < place).length;
  return { id, epoch, seq: firstSeq + place - before, duplicate: false, durability };
};
