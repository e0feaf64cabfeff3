import { systemTimers, type Timers } from '../../engine/timers.js';
import type { Engine } from '../../engine/engine.js';
import type { Deliver } from './live-room.js';
import { Reading } from './reading.js';
import { QueueTails, type OpenedTail, type TailOpening } from './queue-tails.js';
import type { TailReceiver } from './tail-client.js';

/** The tails of all queues. */
export class Tails {
  readonly #engine: Engine;
  readonly #reading: Reading;
  readonly #onError: (error: unknown) => void;
  readonly #timers: Timers;
  readonly #queues = new Map<string, QueueTails>();
  #deliver: Deliver = () => undefined;

  constructor(engine: Engine, onError: (error: unknown) => void, timers: Timers = systemTimers) {
    this.#engine = engine;
    this.#reading = new Reading(engine);
    this.#onError = onError;
    this.#timers = timers;
  }

  /** Says how the rooms of queues are told of new messages; called before the first tail. */
  onDeliver(deliver: Deliver): void {
    this.#deliver = deliver;
  }

  /** Makes a tail; call its `start` when its client is ready for messages, and its `end` when it is gone. */
  async open(opening: TailOpening, receiver: TailReceiver): Promise<OpenedTail> {
    return this.#queue(opening.queue).open(opening, receiver);
  }

  /** How many tails a queue has. */
  count(queue: string): number {
    return this.#queues.get(queue)?.count ?? 0;
  }

  /** There are new messages in a queue. Called in the turn in which they became durable. */
  committed(queue: string): void {
    this.#queues.get(queue)?.committed();
  }

  #queue(queue: string): QueueTails {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const tails = new QueueTails({
      ...{
        queue,
        engine: this.#engine,
        reading: this.#reading,
        timers: this.#timers,
        onError: this.#onError,
      },
      deliver: (...delivery) => this.#deliver(...delivery),
    });
    this.#queues.set(queue, tails);
    return tails;
  }
}
