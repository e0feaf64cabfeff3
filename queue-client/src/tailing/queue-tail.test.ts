import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { codeOf } from '../code-of.fixture.js';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { brief, openTail, taker } from './tail.fixture.js';

describe('reading', () => {
  it('asks for frames, replays, and becomes live', async () => {
    const { tail, server, source, begin, replay, deliver } = openTail({ from: 'start' });
    const { take } = taker(tail);
    begin();
    await tail.ready;
    expect(server.tails[0]?.request).toEqual({
      subscription: 'files/tail/1',
      queue: 'files',
      form: 'frame',
      live: 'frame',
      window: { messages: 1_000, bytes: 4 * 1024 * 1024 },
      from: 'start',
    });
    replay(1, 5, [{ from: 3, to: 4, reason: 'retention' }]);
    source.live(6);
    deliver(6, 2);
    expect(await take()).toEqual([1, 2, [3, 4], 5, 'live 6', 6, 7]);
    expect(tail.position).toEqual({ epoch: 'e', seq: 8 });
  });

  it('has a position as soon as the server says where it begins', () => {
    const { tail, begin } = openTail();
    expect(tail.position).toBeUndefined();
    begin(70);
    expect(tail.position).toEqual({ epoch: 'e', seq: 70 });
    const from = { epoch: 'e', seq: 9 };
    expect(openTail({ from }).tail.position).toEqual(from);
  });

  it('the loop over the tail gets messages only; all other items are events, in order', async () => {
    const { tail, events, source, begin, replay } = openTail();
    begin();
    replay(1, 3, [{ from: 2, to: 2, reason: 'damage' }]);
    source.live(4);
    const seqs: number[] = [];
    for await (const { seq } of tail) {
      seqs.push(seq);
      if (seq === 1) expect(events).toEqual([]);
      if (seq === 3) setImmediate(() => tail.close());
    }
    expect(seqs).toEqual([1, 3]);
    expect(events).toEqual([
      ['gap', { queue: 'files', from: 2, to: 2, reason: 'damage' }],
      ['tail:live', { queue: 'files', next: 4 }],
    ]);
  });

  it('reports another log', async () => {
    const { tail, begin, replay } = openTail({ from: { epoch: 'old', seq: 40 } });
    const { take } = taker(tail);
    begin(3, { epoch: 'new', reset: { reason: 'reset', from: 40, epoch: 'new' } });
    replay(3, 4);
    expect(await take()).toEqual(['reset 40', 3, 4]);
    expect(tail.position).toEqual({ epoch: 'new', seq: 5 });
  });

  it('is live for deliveries only while the server says so, and only when it wants all events', async () => {
    const { tail, events, source, begin, replay, deliver } = openTail();
    const { take } = taker(tail);
    begin();
    deliver(5, 1);
    replay(1, 2);
    source.live(3);
    deliver(3, 1);
    source.lagged();
    deliver(6, 3);
    replay(4, 8);
    expect(await take()).toEqual([1, 2, 'live 3', 3, 4, 5, 6, 7, 8]);
    expect(events).toEqual([]);

    const filtered = openTail({ events: ['save'] });
    filtered.begin();
    filtered.source.live(1);
    filtered.deliver(1, 2);
    filtered.replay(1, 1);
    expect(await taker(filtered.tail).take()).toEqual(['live 1', 1]);
  });
});

describe('ending', () => {
  it('leaving the loop ends the tail on the server', async () => {
    const { tail, server, ends, begin, replay } = openTail();
    begin();
    replay(1, 2);
    for await (const { seq } of tail) {
      expect(seq).toBe(1);
      expect(server.leaves).toHaveLength(0);
      break;
    }
    expect(server.leaves).toHaveLength(1);
    expect(ends).toEqual(['ended']);
    expect(tail.position?.seq).toBe(2);
  });

  it('close finishes the loop, also one that waits', async () => {
    const { tail, server, ends, begin } = openTail();
    const { take, results } = taker(tail);
    begin();
    await take();
    tail.close();
    tail.close();
    await eventLoopIdle();
    expect(results).toEqual(['done']);
    expect(server.leaves).toHaveLength(1);
    expect(ends).toEqual(['ended']);
  });

  it('returning while a message is waited for finishes both', async () => {
    const { tail, server, begin } = openTail();
    begin();
    const items = tail.items();
    const next = items.next();
    await items.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(server.leaves).toHaveLength(1);
  });

  it('answers calls in their order, also when messages come between them', async () => {
    const { tail, begin, replay } = openTail();
    begin();
    const items = tail.items();
    const answers: unknown[] = [];
    const ask = (): void => void items.next().then(({ value }) => answers.push(value && brief(value)));
    ask();
    ask();
    replay(1, 3);
    ask();
    await eventLoopIdle();
    ask();
    replay(4, 4);
    ask();
    await eventLoopIdle();
    expect(answers).toEqual([1, 2, 3, 4]);
    tail.close();
    await eventLoopIdle();
    expect(answers).toEqual([1, 2, 3, 4, undefined]);
  });

  it('ends with an error when its signal aborts', async () => {
    const controller = new AbortController();
    const { tail, server, begin } = openTail({ signal: controller.signal });
    const { results, take } = taker(tail);
    begin();
    await take();
    controller.abort(new Error('enough'));
    await eventLoopIdle();
    expect(results).toMatchObject([{ code: 'aborted', cause: { message: 'enough' } }]);
    expect(server.leaves).toHaveLength(1);
  });

  it('closed, it no longer listens to its signal', () => {
    const { signal } = new AbortController();
    const { tail } = openTail({ signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    tail.close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('never begins with a signal that was aborted before', async () => {
    const { tail, ends } = openTail({ signal: AbortSignal.abort() });
    expect(await codeOf(tail.items().next())).toBe('aborted');
    expect(await codeOf(tail.ready)).toBe('aborted');
    expect(ends).toEqual(['ended']);
  });

  it('is iterated once', async () => {
    const { tail } = openTail();
    const items = tail.items();
    expect(() => tail.items()).toThrow(expect.objectContaining({ code: 'request_invalid' }));
    expect(() => tail[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'request_invalid' }));
    await items.return?.();
    expect(() => tail.items()).toThrow(expect.objectContaining({ code: 'request_invalid' }));
  });

  it('a permanent refusal is thrown to the loop', async () => {
    const { tail, server, source, events } = openTail();
    source.online();
    server.tails[0]?.answer(refused('queue_unknown'));
    expect(await codeOf(tail.ready)).toBe('queue_unknown');
    expect(await codeOf(tail.items().next())).toBe('queue_unknown');
    expect(server.leaves).toEqual([]);
    expect(events).toEqual([]);
  });

  it('closed before the answer, it ends the tail that the server has just begun', () => {
    const { tail, server, source } = openTail();
    source.online();
    tail.close();
    expect(server.leaves.length).toBe(0);
    server.tails[0]?.answer({
      ok: true,
      value: { epoch: 'e', next: 1, contract: { fingerprint: null, since: 1 } },
    });
    expect(server.leaves).toHaveLength(1);
    expect(tail.position).toBeUndefined();
  });
});
