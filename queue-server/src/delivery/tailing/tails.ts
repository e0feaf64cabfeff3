import type { Position, Reset, Start } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { Engine, QueueHandle } from '../../engine/engine.js';
import type { Window } from '../member.js';
import { LiveBroadcast, type Deliver, type LiveForm } from './live-broadcast.js';
import { TailClient, type TailReceiver } from './tail-client.js';
import { Tail } from './tail.js';

/** A request for every message of a queue from a position on. */
export interface TailOpening {
  readonly queue: string;
  readonly from: Start | Position;
  readonly window: Window;
  /** Only these events. Default: all. */
  readonly events?: readonly string[] | undefined;
  /** Default: `json`. */
  readonly live?: LiveForm | undefined;
}

export interface OpenedTail {
  readonly tail: Tail;
  readonly epoch: string;
  /** The first seq of the tail. */
  readonly next: number;
  /** The position was of another log: the tail begins with the oldest message. */
  readonly reset: Reset | undefined;
}

interface TailedQueue {
  readonly log: Pick<QueueHandle, 'head' | 'read' | 'follow' | 'seqAt' | 'checkOwned'>;
  readonly broadcast: LiveBroadcast;
  readonly tails: Set<Tail>;
  /** How many messages its tails were sent. */
  sent: number;
}

/** A read returns a whole frame, however few bytes are asked for: more reads at once would fill the memory. */
const MAX_READS = 4;

export interface TailsDeps {
  readonly engine: Engine;
  readonly onError: (error: unknown) => void;
  readonly after: After;
}

/** The tails of all queues. */
export class Tails {
  readonly #deps: TailsDeps;
  readonly #queues = new Map<string, TailedQueue>();
  readonly #waitingReads: (() => void)[] = [];
  #reads = 0;
  #deliver: Deliver = { json: () => undefined, frame: () => undefined };

  constructor(deps: TailsDeps) {
    this.#deps = deps;
  }

  /** How new messages are sent to the live tails of a queue; called before the first tail. */
  onDeliver(deliver: Deliver): void {
    this.#deliver = deliver;
  }

  /** Makes a tail; call its `start` when its client is ready for messages, and its `end` when it is gone. */
  async open(opening: TailOpening, receiver: TailReceiver): Promise<OpenedTail> {
    const { queue, from, window, events, live = 'json' } = opening;
    const tailed = this.#queue(queue);
    const { log, broadcast, tails } = tailed;
    const { next, reset } = await tailStart(log, from);
    const tail = new Tail({
      log,
      broadcast,
      client: new TailClient(next, window, receiver, (messages) => (tailed.sent += messages)),
      events: events && new Set(events),
      form: live,
      after: this.#deps.after,
      onError: this.#deps.onError,
      onEnd: (ended) => {
        unfollow();
        tails.delete(ended);
      },
    });
    const unfollow = log.follow(() => tail.next);
    tails.add(tail);
    return { tail, epoch: log.head().epoch, next, reset };
  }

  /** How many tails a queue has. */
  count(queue: string): number {
    return this.#queues.get(queue)?.tails.size ?? 0;
  }

  /** How many messages the tails of a queue were sent since the server started. */
  sent(queue: string): number {
    return this.#queues.get(queue)?.sent ?? 0;
  }

  /** There are new messages in a queue. Called in the turn in which they became durable. */
  committed(queue: string): void {
    const tailed = this.#queues.get(queue);
    if (tailed === undefined) return;
    tailed.broadcast.committed();
    wake(tailed);
  }

  #queue(queue: string): TailedQueue {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const log = this.#deps.engine.queue(queue);
    const tailed: TailedQueue = {
      log: {
        head: () => log.head(),
        checkOwned: () => log.checkOwned(),
        follow: (next) => log.follow(next),
        seqAt: (start) => log.seqAt(start),
        read: (fromSeq, maxBytes) => this.#bounded(() => log.read(fromSeq, maxBytes)),
      },
      broadcast: new LiveBroadcast({
        queue,
        log,
        deliver: {
          json: (...delivery) => this.#deliver.json(...delivery),
          frame: (...delivery) => this.#deliver.frame(...delivery),
        },
        onMoved: () => wake(tailed),
        onError: this.#deps.onError,
      }),
      tails: new Set(),
      sent: 0,
    };
    this.#queues.set(queue, tailed);
    return tailed;
  }

  async #bounded<T>(read: () => Promise<T>): Promise<T> {
    if (this.#reads >= MAX_READS) await new Promise<void>((resolve) => this.#waitingReads.push(resolve));
    else this.#reads++;
    try {
      return await read();
    } finally {
      const next = this.#waitingReads.shift();
      if (next === undefined) this.#reads--;
      else next();
    }
  }
}

const wake = ({ tails }: TailedQueue): void => {
  for (const tail of tails) tail.wake();
};

/**
 * Where a tail begins. A seq beyond the head was given by another log, like one of another epoch.
 * @throws QueueError `storage_unavailable` where another server may know more of the queue
 */
const tailStart = async (
  log: Pick<QueueHandle, 'head' | 'seqAt' | 'checkOwned'>,
  from: Start | Position,
): Promise<Pick<OpenedTail, 'next' | 'reset'>> => {
  if (typeof from === 'string' || 'time' in from) {
    return { next: await log.seqAt(from), reset: undefined };
  }
  const { epoch, firstSeq, lastSeq } = log.head();
  const foreign = 'epoch' in from && from.epoch !== epoch;
  if (!foreign && from.seq <= lastSeq + 1) return { next: from.seq, reset: undefined };
  log.checkOwned();
  return { next: firstSeq, reset: { reason: 'reset', from: from.seq, epoch } };
};
