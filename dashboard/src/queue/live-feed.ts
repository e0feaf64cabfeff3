import type { AnyMessage, Start } from '@typed-queue/contracts';
import type { TailItem } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import { messageContent, type LiveContent, type LiveRow } from './live-row.js';
import type { MessageFilter } from './message-filter.js';

/** How many rows are kept. */
export const ROWS = 500;
/** In one moment: more cannot be read, and the browser stays free for its viewer. */
export const SHOWN = 250;
export const READ = 5_000;
/** Messages that may wait before they are passed over. */
export const MOST_BEHIND = 1_000;
/** Of what waits, the newest are shown. */
const NEWEST = 100;

/** What the feed needs of a tail. */
export interface LiveTail {
  items(): AsyncIterable<TailItem>;
  close(): void;
}

export interface LiveFeedDeps {
  readonly from: Start;
  readonly open: (from: Start) => LiveTail;
  /** The seq of the next message that will be published. */
  readonly head: () => Promise<number>;
  /** Undefined: all are shown. With a filter nothing is passed over, however much waits. */
  readonly filter: MessageFilter | undefined;
  /** Calls once, after a moment. */
  readonly later: (call: () => void) => void;
}

/** What is shown; another object after each moment in which something changed. */
export interface LiveView {
  /** The newest first. */
  readonly rows: readonly LiveRow[];
  /** Messages, also those that the filter left out. */
  readonly read: number;
  /** The server answered: what is published from now on will be shown. */
  readonly hasBegun: boolean;
  readonly isPaused: boolean;
  /** What the viewer asked for is older than now and fills the list: it is read on when asked. */
  readonly isFull: boolean;
  /** The tail has ended with it. */
  readonly error: unknown;
}

/**
 * A bounded list of what a queue publishes. It reads at the pace of a viewer, so that the server holds the rest back. What
 * begins in the past stops when the list is full; from the end of the log on, the newest rows stay.
 */
export class LiveFeed {
  readonly #deps: LiveFeedDeps;
  readonly #listeners = new Set<() => void>();
  #rows: LiveRow[] = [];
  #view: LiveView = {
    rows: [],
    read: 0,
    hasBegun: false,
    isPaused: false,
    isFull: false,
    error: undefined,
  };
  #tail: LiveTail | undefined;
  /** Of what was taken from the tail. */
  #next = 0;
  #ids = 0;
  #read = 0;
  #moment = { shown: 0, read: 0 };
  #isLive: boolean;
  #isHidden = false;
  #isClosed = false;
  #isWaiting = false;
  #isCatchingUp = false;
  #waiting: (() => void)[] = [];

  constructor(deps: LiveFeedDeps) {
    this.#deps = deps;
    this.#isLive = deps.from === 'now';
    void this.#open(deps.from);
  }

  /** For `useSyncExternalStore`. */
  readonly view = (): LiveView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly pause = (): void => this.#publish({ isPaused: true });

  readonly resume = (): void => {
    this.#publish({ isPaused: false });
    this.#wake();
  };

  /** Shows what follows a full list. */
  readonly readOn = (): void => {
    this.#rows = [];
    this.#publish({ isFull: false });
    this.#wake();
  };

  /** A page that nobody sees reads nothing. */
  setHidden(isHidden: boolean): void {
    this.#isHidden = isHidden;
    this.#wake();
  }

  reconnected(time: number): void {
    this.#add({ kind: 'reconnected', time });
  }

  close(): void {
    this.#isClosed = true;
    this.#tail?.close();
    this.#tail = undefined;
    this.#wake();
  }

  /** A server takes a seq beyond the end for one of another log, and begins with the oldest message. */
  async #open(from: Start): Promise<void> {
    if (typeof from === 'string' || !('seq' in from)) {
      this.#begin(from);
      return;
    }
    // Without an answer the tail says what is wrong.
    const head = await this.#deps.head().catch(() => Infinity);
    if (this.#isClosed) return;
    this.#isLive = from.seq >= head;
    this.#begin(this.#isLive ? 'now' : from);
  }

  #begin(from: Start): void {
    this.#tail?.close();
    const tail = this.#deps.open(from);
    this.#tail = tail;
    this.#wake();
    void this.#follow(tail);
  }

  async #follow(tail: LiveTail): Promise<void> {
    try {
      for await (const item of tail.items()) {
        while (tail === this.#tail && this.#isHeld()) await this.#woken();
        if (tail !== this.#tail) return;
        this.#take(item);
      }
    } catch (error) {
      if (tail === this.#tail) this.#publish({ error });
    }
  }

  #isHeld(): boolean {
    const { isPaused, isFull } = this.#view;
    const { shown, read } = this.#moment;
    return isPaused || isFull || this.#isHidden || shown >= SHOWN || read >= READ;
  }

  #take(item: TailItem): void {
    if (!this.#view.hasBegun) this.#publish({ hasBegun: true });
    match(item)
      .with({ kind: 'message' }, { kind: 'invalid' }, ({ message }) => this.#takeMessage(message))
      .with({ kind: 'gap' }, ({ gap }) => {
        if (gap.reason !== 'reset') this.#next = gap.to + 1;
        this.#add({ kind: 'gap', gap });
      })
      .with({ kind: 'live' }, ({ next }) => {
        this.#next = next;
        this.#isLive = true;
      })
      .exhaustive();
  }

  #takeMessage(message: AnyMessage): void {
    this.#next = message.seq + 1;
    this.#read++;
    this.#moment.read++;
    if (this.#deps.filter?.(message) ?? true) this.#add(messageContent(message));
    else this.#endLater();
  }

  #add(content: LiveContent): void {
    this.#rows.push({ ...content, id: ++this.#ids });
    this.#moment.shown++;
    if (this.#rows.length > ROWS) this.#rows.shift();
    if (this.#rows.length === ROWS && !this.#isLive) this.#publish({ isFull: true });
    this.#endLater();
  }

  #endLater(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#deps.later(() => this.#endMoment());
  }

  #endMoment(): void {
    this.#isWaiting = false;
    const isTooMuch = this.#moment.shown >= SHOWN;
    this.#moment = { shown: 0, read: 0 };
    this.#publish({});
    if (isTooMuch) void this.#catchUp();
    this.#wake();
  }

  /** Passes over what nobody could read. */
  async #catchUp(): Promise<void> {
    const tail = this.#tail;
    if (this.#isCatchingUp || !this.#isLive || this.#deps.filter !== undefined) return;
    this.#isCatchingUp = true;
    // Without an answer the next moment asks again.
    const head = await this.#deps.head().catch(() => 0);
    this.#isCatchingUp = false;
    if (tail !== this.#tail || head - this.#next <= MOST_BEHIND) return;
    const seq = head - NEWEST;
    this.#add({ kind: 'passed', from: this.#next, to: seq - 1 });
    this.#next = seq;
    this.#begin({ seq });
  }

  #publish(change: Partial<LiveView>): void {
    this.#view = { ...this.#view, ...change, rows: this.#rows.toReversed(), read: this.#read };
    for (const listener of this.#listeners) listener();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
