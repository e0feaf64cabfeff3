import { QueueError } from '@typed-queue/contracts';
import { NIL_UUID, type Frame, type FrameHeader, type FrameReceipt } from '@typed-queue/contracts/wire';
import type { ExpectedSeq } from '../engine/expected/expected-seq.js';
import { AppendTurns } from './append-turns.js';
import type { PublishGate } from './publish-gate.js';

/** Producers of one connection of which a frame is missing; beyond it the oldest is forgotten. */
const MAX_MISSING = 1_000;

/** A frame that may be appended, as far as the order of its producer goes. */
export interface EnteredFrame {
  /** Queue and producer. */
  readonly key: string;
  readonly producer: string;
  readonly firstNumber: number;
}

export interface ProducerOrderOptions {
  /** The id under which a producer that the client named is stored. */
  readonly storedProducer: (id: string) => string;
  /** Counts an append of these bytes as open, until the returned function is called. @throws QueueError `overloaded` */
  readonly open: (bytes: number) => () => void;
}

/**
 * Keeps the order of each producer of one connection: while a frame that was refused for now has not come again, later
 * frames of its producer are refused as well. While a frame that expects a seq waits for its place in the log, all later
 * ones of the connection to that queue wait.
 */
export class ProducerOrder {
  readonly #gate: PublishGate;
  readonly #options: ProducerOrderOptions;
  readonly #turns = new AppendTurns();
  /** By queue and producer: the number of the frame that must come again. */
  readonly #missing = new Map<string, number>();
  /** A client has one producer for all its frames, as a rule. */
  #lastProducer = { id: NIL_UUID, stored: NIL_UUID };

  constructor(gate: PublishGate, options: ProducerOrderOptions) {
    this.#gate = gate;
    this.#options = options;
  }

  /**
   * Before any other work on a frame of a producer: `check` allows it, and no earlier frame is missing.
   * @throws QueueError `overloaded`, and whatever `check` refuses with
   */
  enter(
    queue: string,
    { producer: id, firstNumber }: Pick<FrameHeader, 'producer' | 'firstNumber'>,
    check: () => void,
  ): EnteredFrame {
    const producer = this.#storedProducer(id);
    const entered = { key: `${queue} ${producer}`, producer, firstNumber };
    try {
      check();
    } catch (error) {
      this.#refused(entered, error);
      throw error;
    }
    this.#checkOrder(entered);
    this.#accepted(entered);
    return entered;
  }

  /**
   * Appends a frame. One that entered is stored under the stored id of its producer.
   * @throws QueueError `overloaded`, and whatever the gate refuses with
   */
  async append(
    queue: string,
    frame: Frame,
    entered?: EnteredFrame,
    expected?: Omit<ExpectedSeq, 'accepted'>,
  ): Promise<FrameReceipt> {
    if (entered !== undefined && entered.producer !== NIL_UUID) frame.stamp({ producer: entered.producer });
    let close: (() => void) | undefined;
    const before = this.#turns.before(queue);
    const accepted = expected && this.#turns.hold(queue);
    try {
      close = this.#options.open(frame.bytes.byteLength);
      if (before !== undefined) await this.#turn(before, entered);
      const receipt = await this.#gate.append(queue, frame, expected && { ...expected, accepted });
      // The same frame, sent before, may have failed in the meantime.
      if (entered !== undefined) this.#accepted(entered);
      return receipt;
    } catch (error) {
      if (entered !== undefined) this.#refused(entered, error);
      throw error;
    } finally {
      accepted?.();
      close?.();
    }
  }

  /** What the frame waits for may have been refused, and then comes again. */
  async #turn(before: Promise<void>, entered: EnteredFrame | undefined): Promise<void> {
    await before;
    if (entered !== undefined) this.#checkOrder(entered);
  }

  #checkOrder({ key, firstNumber }: EnteredFrame): void {
    if (firstNumber <= (this.#missing.get(key) ?? Infinity)) return;
    throw new QueueError(
      'overloaded',
      'A frame before this one was not taken yet. Send both again, in order.',
    );
  }

  #accepted({ key, firstNumber }: EnteredFrame): void {
    if (this.#missing.get(key) === firstNumber) this.#missing.delete(key);
  }

  #refused({ key, firstNumber }: EnteredFrame, error: unknown): void {
    if (!(error instanceof QueueError && error.retryable)) return;
    this.#missing.set(key, Math.min(firstNumber, this.#missing.get(key) ?? Infinity));
    const [oldest] = this.#missing.keys();
    if (oldest !== undefined && this.#missing.size > MAX_MISSING) this.#missing.delete(oldest);
  }

  #storedProducer(id: string): string {
    if (id === NIL_UUID) return id;
    const last = this.#lastProducer;
    if (id === last.id) return last.stored;
    const stored = this.#options.storedProducer(id);
    this.#lastProducer = { id, stored };
    return stored;
  }
}
