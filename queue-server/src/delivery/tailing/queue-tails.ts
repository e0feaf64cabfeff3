import type { Position, Reset, Start } from '@typed-queue/contracts';
import type { Timers } from '../../engine/timers.js';
import type { Engine } from '../../engine/engine.js';
import type { Window } from '../member.js';
import { LiveRoom, type Deliver } from './live-room.js';
import type { Reading } from './reading.js';
import { tailStart } from './tail-start.js';
import { TailClient, type TailReceiver } from './tail-client.js';
import { Tail } from './tail.js';

/** Asks for every message of a queue from a position on. */
export interface TailOpening {
  readonly queue: string;
  readonly from: Start | Position;
  readonly window: Window;
  /** Only these events. Default: all. */
  readonly events?: readonly string[] | undefined;
}

export interface OpenedTail {
  readonly tail: Tail;
  readonly epoch: string;
  /** The seq that the tail begins with. */
  readonly next: number;
  /** The position was meant for another log: the tail begins with the oldest message. */
  readonly reset: Reset | undefined;
}

export interface QueueTailsParts {
  readonly queue: string;
  readonly engine: Engine;
  readonly reading: Reading;
  readonly deliver: Deliver;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

/** The tails of one queue. */
export class QueueTails {
  readonly #parts: QueueTailsParts;
  readonly #tails = new Set<Tail>();
  readonly #room: LiveRoom;

  constructor(parts: QueueTailsParts) {
    this.#parts = parts;
    this.#room = new LiveRoom({ ...parts, moved: () => this.#wake() });
  }

  get count(): number {
    return this.#tails.size;
  }

  async open({ from, window, events }: TailOpening, receiver: TailReceiver): Promise<OpenedTail> {
    const { engine, reading, queue, timers, onError } = this.#parts;
    const { next, reset } = await tailStart(engine.queue(queue), from);
    const tail = new Tail({
      ...{ queue, engine: reading, room: this.#room, timers, onError },
      client: new TailClient(next, window, receiver),
      events: events && new Set(events),
      onEnd: (ended) => this.#tails.delete(ended),
    });
    this.#tails.add(tail);
    return { tail, epoch: engine.queue(queue).head().epoch, next, reset };
  }

  /** There are new messages. */
  committed(): void {
    this.#room.committed();
    this.#wake();
  }

  #wake(): void {
    for (const tail of this.#tails) tail.wake();
  }
}
