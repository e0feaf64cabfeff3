import { QueueError, type Durability } from '@typed-queue/contracts';
import { NIL_UUID, type Frame, type FrameHeader, type FrameReceipt } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';

/** Lets the publishes of all connections into the engine, until it drains. */
export class PublishGate {
  readonly #engine: Engine;
  readonly #pending = new Set<Promise<unknown>>();
  #draining = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get durability(): Durability {
    return this.#engine.durability;
  }

  epoch(queue: string): string {
    return this.#engine.queue(queue).head().epoch;
  }

  /** @throws QueueError `draining`, and whatever the engine refuses with */
  async append(queue: string, frame: Frame): Promise<FrameReceipt> {
    if (this.#draining) {
      throw new QueueError('draining', 'The server is shutting down. Send it again when it is back.');
    }
    const appending = this.#engine.queue(queue).append(frame);
    this.#pending.add(appending);
    try {
      return await appending;
    } finally {
      this.#pending.delete(appending);
    }
  }

  /** Refuses every publish from now on; resolves when the earlier ones are answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.allSettled(this.#pending);
  }
}

/** Producers of one connection of which a frame is awaited; beyond it the oldest is forgotten. */
const MAX_AWAITED = 1_000;

/** The order of a frame among the frames of its producer. */
export interface ProducerTurn {
  /** Queue and producer. */
  readonly key: string;
  readonly producer: string;
  readonly firstNumber: number;
}

export interface PublishLaneOptions {
  /** The id under which a producer that the client named is stored. */
  readonly storedProducer: (id: string) => string;
  /** Counts an append of these bytes as open, until the returned function is called. @throws QueueError `overloaded` */
  readonly open: (bytes: number) => () => void;
}

/**
 * The publishes of one connection, in order: while a frame that was refused for now has not come again, later frames
 * of its producer are refused as well.
 */
export class PublishLane {
  readonly #gate: PublishGate;
  readonly #options: PublishLaneOptions;
  /** By queue and producer: the number of the frame that must come again. */
  readonly #awaited = new Map<string, number>();
  /** A client has one producer for all its frames, as a rule. */
  #lastProducer = { id: NIL_UUID, stored: NIL_UUID };

  constructor(gate: PublishGate, options: PublishLaneOptions) {
    this.#gate = gate;
    this.#options = options;
  }

  /**
   * Before any other work on a frame of a producer: `check` allows it, and no earlier frame is awaited.
   * @throws QueueError `overloaded`, and whatever `check` refuses with
   */
  enter(
    queue: string,
    { producer: id, firstNumber }: Pick<FrameHeader, 'producer' | 'firstNumber'>,
    check: () => void,
  ): ProducerTurn {
    const producer = this.#storedProducer(id);
    const turn = { key: `${queue} ${producer}`, producer, firstNumber };
    try {
      check();
    } catch (error) {
      this.#refused(turn, error);
      throw error;
    }
    if (firstNumber > (this.#awaited.get(turn.key) ?? Infinity)) {
      throw new QueueError(
        'overloaded',
        'A frame before this one was not taken yet. Send both again, in order.',
      );
    }
    this.#accepted(turn);
    return turn;
  }

  /**
   * Appends a frame. One that entered is stored under the stored id of its producer.
   * @throws QueueError `overloaded`, and whatever the gate refuses with
   */
  async append(queue: string, frame: Frame, turn?: ProducerTurn): Promise<FrameReceipt> {
    if (turn !== undefined && turn.producer !== NIL_UUID) frame.setProducer(turn.producer);
    let close: (() => void) | undefined;
    try {
      close = this.#options.open(frame.bytes.byteLength);
      const receipt = await this.#gate.append(queue, frame);
      // The same frame, sent before, may have failed in the meantime.
      if (turn !== undefined) this.#accepted(turn);
      return receipt;
    } catch (error) {
      if (turn !== undefined) this.#refused(turn, error);
      throw error;
    } finally {
      close?.();
    }
  }

  #accepted({ key, firstNumber }: ProducerTurn): void {
    if (this.#awaited.get(key) === firstNumber) this.#awaited.delete(key);
  }

  #refused({ key, firstNumber }: ProducerTurn, error: unknown): void {
    if (!(error instanceof QueueError && error.retryable)) return;
    this.#awaited.set(key, Math.min(firstNumber, this.#awaited.get(key) ?? Infinity));
    const [oldest] = this.#awaited.keys();
    if (oldest !== undefined && this.#awaited.size > MAX_AWAITED) this.#awaited.delete(oldest);
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
