import { QueueError, type Durability } from '@typed-queue/contracts';
import type { Frame, FrameHeader } from '@typed-queue/contracts/wire';
import type { Appended, Engine } from '../engine/engine.js';

export type { Appended } from '../engine/engine.js';

/** Takes messages into the log for all connections, until it is told to take no more. */
export class Intake {
  readonly #engine: Engine;
  readonly #open = new Set<Promise<unknown>>();
  #draining = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** How safe everything is that was taken in. */
  get durability(): Durability {
    return this.#engine.durability;
  }

  /** The life of a queue's log. */
  epoch(queue: string): string {
    return this.#engine.head(queue).epoch;
  }

  /** @throws QueueError `draining`, and whatever the engine refuses with */
  async append(queue: string, frame: Frame): Promise<Appended> {
    if (this.#draining) {
      throw new QueueError('draining', 'The server is shutting down. Send it again when it is back.');
    }
    const appending = this.#engine.append(queue, frame);
    this.#open.add(appending);
    try {
      return await appending;
    } finally {
      this.#open.delete(appending);
    }
  }

  /** Refuses everything from now on; resolves when what was taken before is answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.allSettled(this.#open);
  }
}

/** Of producers of one connection whose frames are to come again; beyond it the first is forgotten. */
const MAX_AWAITED = 1_000;

/** The place of a frame among those of its producer. */
export interface Turn {
  readonly queue: string;
  /** Of the queue and the producer. */
  readonly key: string;
  readonly firstNumber: number;
}

/**
 * The intake of one connection, in order: when a frame cannot be taken for now, its client sends it again, and
 * until then later frames of the same producer are refused as well.
 */
export class OrderedIntake {
  readonly #intake: Pick<Intake, 'append'>;
  /** By queue and producer: the number of the frame that is to come again. */
  readonly #awaited = new Map<string, number>();

  constructor(intake: Pick<Intake, 'append'>) {
    this.#intake = intake;
  }

  /**
   * Before any other work on a frame: the check allows it, and no frame before it is awaited.
   * @throws QueueError `overloaded`, and whatever the check refuses with
   */
  enter(queue: string, header: Pick<FrameHeader, 'producer' | 'firstNumber'>, check: () => void): Turn {
    const turn = { queue, key: `${queue} ${header.producer}`, firstNumber: header.firstNumber };
    try {
      check();
    } catch (error) {
      this.#refused(turn, error);
      throw error;
    }
    if (turn.firstNumber > (this.#awaited.get(turn.key) ?? Infinity)) {
      throw new QueueError(
        'overloaded',
        'A frame before this one was not taken yet. Send both again, in order.',
      );
    }
    this.#arrived(turn);
    return turn;
  }

  /** Appends the frame that entered. */
  async append(turn: Turn, frame: Frame): Promise<Appended> {
    try {
      const appended = await this.#intake.append(turn.queue, frame);
      // An earlier sending of this very frame may have failed meanwhile.
      this.#arrived(turn);
      return appended;
    } catch (error) {
      this.#refused(turn, error);
      throw error;
    }
  }

  #arrived({ key, firstNumber }: Turn): void {
    if (this.#awaited.get(key) === firstNumber) this.#awaited.delete(key);
  }

  #refused({ key, firstNumber }: Turn, error: unknown): void {
    if (!(error instanceof QueueError && error.retryable)) return;
    this.#awaited.set(key, Math.min(firstNumber, this.#awaited.get(key) ?? Infinity));
    const [oldest] = this.#awaited.keys();
    if (oldest !== undefined && this.#awaited.size > MAX_AWAITED) this.#awaited.delete(oldest);
  }
}
