import type { AnyMessage } from '@typed-queue/contracts';
import type { Grant } from './grant.js';

/** A message with an ordering key. */
interface KeyedMessage {
  readonly keyHash: number;
  readonly grant: Grant;
  readonly message: AnyMessage;
}

interface KeyQueue {
  readonly keyHash: number;
  running: boolean;
  /** The request with a failure of it: no message starts until its answer, which says what the server takes back. */
  hold: number | undefined;
  /** In delivery order; includes messages that were dropped. */
  readonly parked: KeyedMessage[];
}

/**
 * The messages with ordering keys of one subscription, over all its grants: one queue per key hash (the server
 * compares keys by hash), of which one message runs at a time.
 *
 * All queues are held when messages were released whose keys were not read yet, and after a reconnect, until the
 * server has said what it took back.
 */
export class KeyQueues {
  readonly #queues = new Map<number, KeyQueue>();
  /** Neither running nor held, with parked messages. */
  readonly #ready: KeyQueue[] = [];
  /** Those with a hold of their own. */
  readonly #held = new Set<KeyQueue>();
  /** Of all queues, also of those that are added. */
  #hold: number | undefined;
  /** The number of the request that is not sent yet. */
  #next = 1;

  /** True: the message runs now. False: it is parked. */
  enter(next: KeyedMessage): boolean {
    const queue = this.#queues.get(next.keyHash) ?? this.#add(next.keyHash);
    if (queue.parked.length === 0 && this.#isFree(queue)) {
      queue.running = true;
      return true;
    }
    next.grant.park(next.message.seq);
    queue.parked.push(next);
    return false;
  }

  /** The next parked message that may run: it runs now. */
  next(): KeyedMessage | undefined {
    for (let queue = this.#ready.shift(); queue !== undefined; queue = this.#ready.shift()) {
      for (let next = queue.parked.shift(); next !== undefined; next = queue.parked.shift()) {
        if (!next.grant.unpark(next.message.seq)) continue;
        queue.running = true;
        return next;
      }
      this.#queues.delete(queue.keyHash);
    }
    return undefined;
  }

  /** The running message of a key failed and will be delivered again. */
  hold(keyHash: number): void {
    const queue = this.#queues.get(keyHash);
    if (queue === undefined) return;
    queue.hold = this.#next;
    this.#held.add(queue);
  }

  holdAll(): void {
    this.#ready.length = 0;
    for (const queue of this.#held) queue.hold = undefined;
    this.#held.clear();
    this.#hold = this.#next;
  }

  /** The running message of a key ended. */
  leave(keyHash: number): void {
    const queue = this.#queues.get(keyHash);
    if (queue === undefined) return;
    queue.running = false;
    this.#continue(queue);
  }

  /** A settle request takes all outcomes with it. */
  requestSent(request: number): void {
    this.#next = request + 1;
  }

  /** The server answered the request. Returns whether messages may run now that were held. */
  requestAnswered(request: number): boolean {
    const endsAll = this.#hold === request;
    if (endsAll) this.#hold = undefined;
    const held = [...this.#held].filter(({ hold }) => hold === request);
    for (const queue of held) {
      queue.hold = undefined;
      this.#held.delete(queue);
    }
    const free = endsAll ? [...this.#queues.values()] : held;
    for (const queue of free) this.#continue(queue);
    return free.length > 0;
  }

  #add(keyHash: number): KeyQueue {
    const queue: KeyQueue = { keyHash, running: false, hold: undefined, parked: [] };
    this.#queues.set(keyHash, queue);
    return queue;
  }

  #isFree(queue: KeyQueue): boolean {
    return !queue.running && queue.hold === undefined && this.#hold === undefined;
  }

  #continue(queue: KeyQueue): void {
    if (!this.#isFree(queue)) return;
    if (queue.parked.length > 0) this.#ready.push(queue);
    else this.#queues.delete(queue.keyHash);
  }
}
