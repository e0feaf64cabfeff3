import { describe, expect, it } from '@jest/globals';
import { openTail, taker } from './tail.fixture.js';

describe('reconnecting', () => {
  it('requests from its position, and discards what was not read', async () => {
    const { tail, server, source, begin, replay } = openTail({ from: 'start' });
    const { take } = taker(tail);
    begin();
    replay(1, 5);
    await take(2);
    source.offline();
    await take(1);
    begin(4);
    expect(server.tails.map(({ request }) => request.from)).toEqual(['start', { epoch: 'e', seq: 4 }]);
    expect(await take()).toEqual([1, 2, 3]);
    replay(4, 6);
    expect(await take()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps the given position until an item is read, also before a gap', async () => {
    const from = { epoch: 'e', seq: 7 };
    const { tail, server, begin, replay } = openTail({ from });
    begin(7);
    replay(7, 9, [{ from: 7, to: 9, reason: 'retention' }]);
    begin(7);
    expect(server.tails.map(({ request }) => request.from)).toEqual([from, from]);
    replay(7, 9, [{ from: 7, to: 9, reason: 'retention' }]);
    expect(await taker(tail).take()).toEqual([[7, 9]]);
  });

  it('a tail from now keeps its position over a reconnect, also without a message', () => {
    const { server, begin } = openTail();
    begin(12);
    begin(12);
    expect(server.tails.map(({ request }) => request.from)).toEqual(['now', { epoch: 'e', seq: 12 }]);
  });

  it('ignores what arrives before the answer: it belongs to an earlier tail', async () => {
    const { tail, server, source, replay, deliver } = openTail();
    const { take } = taker(tail);
    source.online();
    replay(1, 2);
    source.live(1);
    deliver(1, 2);
    server.tails[0]?.answer({
      ok: true,
      value: { epoch: 'e', next: 1, contract: { fingerprint: null, since: 1 } },
    });
    deliver(1, 2);
    expect(await take()).toEqual([]);
    replay(1, 1);
    expect(await take()).toEqual([1]);
  });
});

describe('the window', () => {
  it('is reported each half window of messages that were read', async () => {
    const { tail, server, begin, replay } = openTail({ window: { messages: 10 } });
    const { take } = taker(tail);
    begin();
    replay(1, 10);
    await take(4);
    expect(server.positions).toEqual([]);
    await take(1);
    expect(server.positions).toEqual([6]);
    await take();
    expect(server.positions).toEqual([6, 11]);
    expect(server.tails[0]?.request.window).toEqual({ messages: 10, bytes: 4 * 1024 * 1024 });
  });

  it('is reported each half window of bytes, when their chunks were read to their end', async () => {
    const { tail, server, source, begin, deliver } = openTail({ window: { bytes: 1_000 } });
    const { take } = taker(tail);
    begin();
    source.live(1);
    // Each message has some 100 bytes.
    deliver(1, 3);
    deliver(4, 3);
    await take(7);
    expect(server.positions).toEqual([]);
    await take();
    expect(server.positions).toEqual([7]);
  });

  it('counts messages that a filter skips', async () => {
    const { tail, server, source, begin } = openTail({ events: ['save'], window: { messages: 100 } });
    const { take } = taker(tail);
    begin();
    await take();
    source.replayed({ subscription: 's', from: 1, to: 80, gaps: [] }, new Uint8Array());
    expect(await take()).toEqual([]);
    expect(server.positions).toEqual([81]);
    expect(tail.position?.seq).toBe(81);
  });

  it('starts again with each connection', async () => {
    const { tail, server, begin, replay } = openTail({ window: { messages: 10 } });
    const { take } = taker(tail);
    begin();
    replay(1, 4);
    await take();
    begin(5);
    replay(5, 8);
    await take();
    expect(server.positions).toEqual([]);
    replay(9, 9);
    await take();
    expect(server.positions).toEqual([10]);
  });
});

describe('faults of the server', () => {
  it('a hole between seqs ends the tail, emits an error and begins again at its position', async () => {
    const { tail, server, runtime, events, begin, replay } = openTail();
    const { take } = taker(tail);
    begin();
    replay(1, 2);
    replay(4, 5);
    expect(await take()).toEqual([1, 2]);
    expect(events).toMatchObject([['error', { error: { code: 'internal' }, queue: 'files' }]]);
    replay(6, 7);
    expect(server.leaves).toHaveLength(1);
    expect(server.tails).toHaveLength(1);
    server.leaves[0]?.answer({ ok: true, value: null });
    expect(runtime.fireNextTimer()).toBe(100);
    expect(server.tails[1]?.request.from).toEqual({ epoch: 'e', seq: 3 });
    server.tails[1]?.answer({
      ok: true,
      value: { epoch: 'e', next: 3, contract: { fingerprint: null, since: 1 } },
    });
    replay(3, 5);
    expect(await take()).toEqual([1, 2, 3, 4, 5]);
  });

  it('bytes that are no frames end the tail and emit an error', () => {
    const { server, source, events, begin } = openTail();
    begin();
    source.replayed({ subscription: 's', from: 1, to: 1, gaps: [] }, new Uint8Array(20));
    expect(events).toMatchObject([['error', { error: { code: 'frame_invalid' }, queue: 'files' }]]);
    expect(server.leaves.length).toBe(1);
  });

  it('a hole that is found offline ends nothing: the next connection begins at the position', async () => {
    const { tail, server, source, begin, replay } = openTail();
    const { take } = taker(tail);
    begin();
    replay(1, 1);
    replay(3, 3);
    source.offline();
    expect(await take()).toEqual([1]);
    begin(2);
    replay(2, 3);
    expect(await take()).toEqual([1, 2, 3]);
    expect(server.leaves).toEqual([]);
  });

  it('closed or offline while it begins again, it asks no more', async () => {
    const { tail, server, runtime, source, begin, replay } = openTail();
    begin();
    replay(2, 2);
    await taker(tail).take();
    source.offline();
    server.leaves[0]?.answer({ ok: true, value: null });
    expect(runtime.timers.size).toBe(0);
  });
});
