import { backOffMs, QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { QueueHandle } from '../../engine/engine.js';
import type { LiveBroadcast, LiveForm, LiveTail } from './live-broadcast.js';
import { tailBatch, type TailBatch } from './tail-batch.js';
import type { TailClient } from './tail-client.js';

export interface TailDeps {
  readonly log: Pick<QueueHandle, 'head' | 'read'>;
  readonly broadcast: LiveBroadcast;
  readonly client: TailClient;
  /** Only these events; undefined: all. */
  readonly events: ReadonlySet<string> | undefined;
  /** Of live messages. */
  readonly form: LiveForm;
  readonly after: After;
  readonly onError: (error: unknown) => void;
  /** Called once, when the tail has ended. */
  readonly onEnd: (tail: Tail) => void;
}

type WaitingFor = 'start' | 'credit' | 'messages';

/**
 * A tail reads the log (`replaying`) until it has everything; then it is `live`, and the broadcast sends what is new.
 * It waits for its `start`, for `credit` when too much is unread at its client or unsent, and for `messages` where the
 * broadcast must come first or, with a filter, the log has no more. A failed read is tried again later (`retrying`).
 */
type State =
  | { readonly kind: 'waiting'; readonly for: WaitingFor }
  | { readonly kind: 'replaying' | 'live' | 'ended' }
  | { readonly kind: 'retrying'; readonly cancel: () => void };

const READ_BYTES = 256 * 1024;
/** After this number of messages that it filtered out, a tail reports how far it is. */
const MAX_SKIPPED = 1_000;
const RETRY_DELAYS = { minDelayMs: 100, maxDelayMs: 5_000 };

/** A subscription of one client: every message from a seq on. The server stores nothing of it. */
export class Tail implements LiveTail {
  readonly #deps: TailDeps;
  readonly #client: TailClient;
  #state: State = { kind: 'waiting', for: 'start' };
  /** Everything from what the client was sent to before this seq is filtered out. */
  #skippedTo = 0;
  #failures = 0;

  constructor(deps: TailDeps) {
    this.#deps = deps;
    this.#client = deps.client;
  }

  /** The client is ready for messages. */
  start(): void {
    this.#continueFrom('start');
  }

  /** The client has read everything below this seq. @throws QueueError `request_invalid` */
  position(next: number): void {
    this.#client.position(next);
    this.drained();
  }

  /** The connection has sent what waited for it. */
  drained(): void {
    if (this.#client.credit() !== undefined) this.#continueFrom('credit');
  }

  /** The connection accepts nothing until `drained`. */
  suspend(): void {
    const state = this.#state;
    if (state.kind !== 'live' && !(state.kind === 'waiting' && state.for === 'messages')) return;
    this.#deps.broadcast.leave(this);
    this.#awaitCredit();
  }

  /** There may be more to read. */
  wake(): void {
    this.#continueFrom('messages');
  }

  end(): void {
    if (this.#state.kind === 'ended') return;
    if (this.#state.kind === 'retrying') this.#state.cancel();
    this.#state = { kind: 'ended' };
    this.#deps.broadcast.leave(this);
    this.#deps.onEnd(this);
  }

  /** Whether everything below this seq was sent to the client. */
  isSent(next: number): boolean {
    return next <= this.#client.next;
  }

  get form(): LiveForm {
    return this.#deps.form;
  }

  get full(): boolean {
    return this.#client.full;
  }

  delivered(to: number, length: number): void {
    this.#client.delivered(to, length);
  }

  dropped(): void {
    this.#client.lagging();
    this.#continue();
  }

  /** The seq that is read next. */
  get next(): number {
    return Math.max(this.#client.next, this.#skippedTo);
  }

  /** The newest seq that is read here: newer ones come by the broadcast. */
  get #last(): number {
    const { broadcast, log, events } = this.#deps;
    return events === undefined ? broadcast.next - 1 : log.head().lastSeq;
  }

  #continueFrom(waiting: WaitingFor): void {
    if (this.#state.kind === 'waiting' && this.#state.for === waiting) this.#continue();
  }

  #continue(): void {
    this.#state = { kind: 'replaying' };
    this.#replay().catch((error: unknown) => {
      this.#failed(error);
    });
  }

  async #replay(): Promise<void> {
    const { log, events } = this.#deps;
    while (this.#state.kind === 'replaying') {
      const next = this.next;
      const credit = this.#client.credit();
      if (next > this.#last) this.#arrive();
      else if (credit === undefined) this.#awaitCredit();
      else {
        const items = await log.read(next, Math.min(READ_BYTES, credit.bytes));
        if (!this.#isReplaying()) return;
        // During the read others may have used the connection.
        const left = this.#client.credit();
        if (left === undefined) continue;
        const limits = { maxMessages: left.messages, maxBytes: left.bytes };
        this.#send(tailBatch(items, [next, this.#last], limits, events));
        // A long backlog must not block the event loop.
        if (this.next <= this.#last) await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  /** For after an `await`, during which the tail may have ended. */
  #isReplaying(): boolean {
    return this.#state.kind === 'replaying';
  }

  #send(batch: TailBatch): void {
    this.#failures = 0;
    const isEmpty = batch.frames.length === 0 && batch.gaps.length === 0;
    if (isEmpty && batch.to - this.#client.next < MAX_SKIPPED) this.#skippedTo = batch.to + 1;
    else this.#client.replay(batch);
  }

  /** Nothing is left to read. In this very turn the tail joins the broadcast. */
  #arrive(): void {
    const { broadcast, events } = this.#deps;
    const filtered = events !== undefined;
    if (this.#client.isSuspended || (!filtered && this.#client.credit() === undefined)) this.#awaitCredit();
    else if (!filtered && this.next > broadcast.next) this.#state = { kind: 'waiting', for: 'messages' };
    else {
      this.#client.live(this.next);
      this.#state = filtered ? { kind: 'waiting', for: 'messages' } : { kind: 'live' };
      if (!filtered) broadcast.join(this);
    }
  }

  #awaitCredit(): void {
    this.#client.lagging();
    this.#state = { kind: 'waiting', for: 'credit' };
  }

  #failed(error: unknown): void {
    if (this.#state.kind === 'ended') return;
    if (error instanceof QueueError && error.code === 'closed') {
      this.end();
      return;
    }
    const delay = backOffMs(this.#failures++, RETRY_DELAYS);
    const cancel = this.#deps.after(delay, () => this.#continue());
    this.#state = { kind: 'retrying', cancel };
    this.#deps.onError(error);
  }
}
