import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Start } from '@typed-queue/contracts';
import type { TailItem } from '@typed-queue/queue-client';
import { LiveFeed, MOST_BEHIND, READ, ROWS, SHOWN, type LiveFeedDeps } from './live-feed.js';
import { messageOf } from './message.fixture.js';

const DONE = { done: true, value: undefined } as const;

/** What was published, read by one loop at its own pace. */
class FakeTail {
  isClosed = false;
  error: Error | undefined;
  taken = 0;
  readonly items = (): AsyncIterable<TailItem> => ({
    [Symbol.asyncIterator]: () => ({ next: () => this.#next() }),
  });
  readonly from: Start;
  readonly log: TailItem[];

  constructor(from: Start, log: TailItem[]) {
    this.from = from;
    this.log = log;
  }

  readonly close = (): void => {
    this.isClosed = true;
  };

  async #next(): Promise<IteratorResult<TailItem>> {
    if (this.error !== undefined) throw this.error;
    const value = this.log[this.taken];
    if (this.isClosed) return DONE;
    if (value === undefined) return new Promise(() => undefined);
    this.taken++;
    return { done: false, value };
  }
}

const item = (seq: number): TailItem => ({ kind: 'message', message: messageOf(seq) });
const items = (from: number, count: number): TailItem[] =>
  Array.from({ length: count }, (_each, index) => item(from + index));

/** Runs what has no timer. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a live feed', () => {
  let tails: FakeTail[];
  let moments: (() => void)[];
  let head: number;
  let log: TailItem[];

  beforeEach(() => {
    tails = [];
    moments = [];
    head = 0;
    log = [];
  });

  const open = (change: Partial<LiveFeedDeps> = {}): LiveFeed =>
    new LiveFeed({
      from: 'now',
      open: (from) => {
        const tail = new FakeTail(from, log);
        tails.push(tail);
        return tail;
      },
      head: () => Promise.resolve(head),
      filter: undefined,
      later: (call) => void moments.push(call),
      ...change,
    });

  /** Runs the scheduled callbacks until there are none, or `most` rounds of them. */
  const pass = async (most = 20): Promise<void> => {
    for (let count = 0; count < most; count++) {
      await settle();
      const due = moments.splice(0);
      if (due.length === 0) return;
      for (const call of due) call();
    }
  };

  const seqs = (feed: LiveFeed): readonly number[] =>
    feed.view().rows.map((row) => (row.kind === 'message' ? row.seq : 0));

  it('shows the newest message first', async () => {
    log.push(...items(1, 3));
    const feed = open();
    await pass();
    expect(seqs(feed)).toEqual([3, 2, 1]);
  });

  it('has begun when the server has answered', async () => {
    const feed = open();
    await settle();
    expect(feed.view().hasBegun).toBe(false);
    log.push({ kind: 'live', next: 1 });
    const begun = open();
    await settle();
    expect(begun.view().hasBegun).toBe(true);
  });

  it('waits at the end when it is to begin beyond it', async () => {
    head = 4;
    open({ from: { seq: 900 } });
    await settle();
    expect(tails.map(({ from }) => from)).toEqual(['now']);
  });

  it('begins at a seq that is there', async () => {
    head = 4;
    open({ from: { seq: 3 } });
    await settle();
    expect(tails.map(({ from }) => from)).toEqual([{ seq: 3 }]);
  });

  it('opens no tail when it is closed before it knows the end', async () => {
    open({ from: { seq: 3 } }).close();
    await settle();
    expect(tails).toEqual([]);
  });

  it('keeps a bounded number of rows, the newest', async () => {
    log.push(...items(1, ROWS + 7));
    const feed = open();
    await pass();
    expect(seqs(feed)).toEqual(Array.from({ length: ROWS }, (_each, index) => ROWS + 7 - index));
  });

  it('shows no more in one moment than can be read', async () => {
    log.push(...items(1, ROWS));
    open();
    await settle();
    // One more was taken to see that there is more.
    expect(tails[0]?.taken).toBe(SHOWN + 1);
  });

  it('reads no more in one moment than the browser bears', async () => {
    log.push(...items(1, 2 * READ));
    open({ filter: () => false });
    await settle();
    expect(tails[0]?.taken).toBe(READ + 1);
  });

  it('says how much passed when too much was published', async () => {
    log.push(...items(1, SHOWN + 1));
    head = 10_000;
    const feed = open();
    await pass(1);
    log = [];
    await pass();
    const [passed, newest] = feed.view().rows;
    expect(newest).toMatchObject({ kind: 'message', seq: SHOWN + 1 });
    expect(passed).toMatchObject({ kind: 'passed', from: SHOWN + 2, to: 9_899 });
    expect(tails.map(({ from, isClosed }) => ({ from, isClosed }))).toEqual([
      { from: 'now', isClosed: true },
      { from: { seq: 9_900 }, isClosed: false },
    ]);
  });

  it('passes nothing over that can be read soon', async () => {
    log.push(...items(1, SHOWN + 1));
    head = SHOWN + MOST_BEHIND;
    open();
    await pass();
    expect(tails).toHaveLength(1);
  });

  it('passes nothing over with a filter', async () => {
    log.push(...items(1, SHOWN + 1));
    head = 10_000;
    open({ filter: () => true });
    await pass();
    expect(tails).toHaveLength(1);
  });

  it('goes on when the server does not say where the end is', async () => {
    log.push(...items(1, SHOWN + 7));
    const feed = open({ head: () => Promise.reject(new Error('not connected')) });
    await pass();
    expect(seqs(feed)[0]).toBe(SHOWN + 7);
  });

  it('reads nothing while it is paused, and then goes on', async () => {
    log.push(...items(1, 3));
    const feed = open();
    feed.pause();
    await pass();
    expect(seqs(feed)).toEqual([]);
    feed.resume();
    await pass();
    expect(seqs(feed)).toEqual([3, 2, 1]);
  });

  it('reads nothing while nobody sees the page, and then goes on', async () => {
    log.push(...items(1, 3));
    const feed = open();
    feed.setHidden(true);
    await pass();
    expect(seqs(feed)).toEqual([]);
    feed.setHidden(false);
    await pass();
    expect(seqs(feed)).toEqual([3, 2, 1]);
  });

  it('from the past, it stops when it is full, and reads on when asked', async () => {
    log.push(...items(1, ROWS + 2), { kind: 'live', next: ROWS + 3 });
    const feed = open({ from: 'start' });
    await pass();
    expect([feed.view().isFull, seqs(feed).at(0)]).toEqual([true, ROWS]);
    feed.readOn();
    await pass();
    expect([feed.view().isFull, seqs(feed)]).toEqual([false, [ROWS + 2, ROWS + 1]]);
  });

  it('counts what the filter left out', async () => {
    log.push(...items(1, 3));
    const feed = open({ filter: ({ seq }) => seq === 2 });
    await pass();
    expect([feed.view().read, seqs(feed)]).toEqual([3, [2]]);
  });

  it('shows gaps and reconnects as rows', async () => {
    log.push({ kind: 'gap', gap: { reason: 'damage', from: 1, to: 4 } }, item(5));
    const feed = open();
    await pass();
    feed.reconnected(7);
    await pass();
    expect(feed.view().rows.map(({ kind }) => kind)).toEqual(['reconnected', 'message', 'gap']);
  });

  it('has the error that ended its tail', async () => {
    const error = new Error('forbidden');
    const feed = open({
      open: (from) => {
        const tail = new FakeTail(from, log);
        tail.error = error;
        return tail;
      },
    });
    await pass();
    expect(feed.view().error).toBe(error);
  });

  it('reads nothing after it was closed', async () => {
    log.push(...items(1, 3));
    const feed = open();
    feed.close();
    await pass();
    expect([tails[0]?.isClosed, seqs(feed)]).toEqual([true, []]);
  });
});
