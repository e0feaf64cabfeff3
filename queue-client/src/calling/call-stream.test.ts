import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { openCalls, output, refusedWith } from './calls.fixture.js';
import { DEFAULT_STREAM_WINDOW as WINDOW } from '@typed-queue/contracts/wire';

/** A streaming call whose loop has begun. */
const open = () => {
  const opened = openCalls();
  const { calls, make, runtime, answer } = opened;
  const stream = calls.stream(make('movements', { sku: 'tea' }, { timeoutMs: 100 }));
  runtime.endTurn();
  const items = (...values: readonly unknown[]): void =>
    answer(...values.map((value) => ({ id: 1, kind: 'item', output: output(value) }) as const));
  return { ...opened, stream, items };
};

const DONE = { done: true, value: undefined };

describe('the loop over a streaming call', () => {
  it('asks for a window of items', () => {
    expect(open().server.calls).toMatchObject([{ call: 'movements', timeoutMs: 100, window: WINDOW }]);
  });

  it('gets what came before it asked and after, in order, and ends', async () => {
    const { stream, items, answer } = open();
    items(1, 2);
    const taken: unknown[] = [];
    const loop = (async () => {
      for await (const item of stream) taken.push(item);
    })();
    items(3);
    answer({ id: 1, kind: 'end' });
    await loop;
    expect(taken).toEqual([1, 2, 3]);
  });

  it('gets items in the order in which it asked', async () => {
    const { stream, items } = open();
    const asked = Promise.all([stream.next(), stream.next()]);
    items(1, 2);
    expect(await asked).toMatchObject([{ value: 1 }, { value: 2 }]);
  });

  it('lets the server send more as it takes half a window', async () => {
    const { stream, items, server } = open();
    items(...Array.from({ length: WINDOW }, (_, index) => index));
    for (let taken = 0; taken < WINDOW / 2 - 1; taken++) await stream.next();
    expect(server.asked).toEqual([]);
    await stream.next();
    expect(server.asked).toEqual([{ id: 1, items: WINDOW / 2 }]);
  });

  it('waits for the first item no longer than the call may take, and for later ones as long as they need', async () => {
    const { stream, items, runtime, pass, server } = open();
    items(1);
    pass(1_000);
    expect(runtime.timers.size).toBe(0);
    expect(await stream.next()).toMatchObject({ value: 1 });
    const late = open();
    const next = late.stream.next();
    late.pass(100);
    await expect(next).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect([server.cancelled, late.server.cancelled]).toEqual([[], [1]]);
  });

  it('cancels the call when it is left', async () => {
    const { stream, items, server, runtime } = open();
    items(1, 2);
    for await (const _ of stream) break;
    runtime.endTurn();
    expect(server.cancelled).toEqual([1]);
    expect(await stream.next()).toEqual(DONE);
  });

  it('that waits ends when it is left from elsewhere', async () => {
    const { stream } = open();
    const next = stream.next();
    expect(await stream.return()).toEqual(DONE);
    expect(await next).toEqual(DONE);
  });

  it.each([
    ['a failure', { kind: 'failure', failure: { code: 'archived' }, reason: 'gone' }, 'archived'],
    ['an error', refusedWith('call_failed'), 'call_failed'],
    ['an answer of a call with one output', { kind: 'output', output: output(1) }, 'answer_invalid'],
  ] as const)('throws %s once, after the items before it', async (_what, end, code) => {
    const { stream, items, answer, server, runtime } = open();
    items(1);
    answer({ id: 1, ...end });
    expect(await stream.next()).toMatchObject({ value: 1 });
    await expect(stream.next()).rejects.toMatchObject({ code });
    expect(await stream.next()).toEqual(DONE);
    runtime.endTurn();
    expect(server.cancelled).toEqual([]);
  });

  it('throws for an item that does not match the contract, and cancels the call', async () => {
    const { stream, items, server, runtime } = open();
    items(1, 'two', 3);
    expect(await stream.next()).toMatchObject({ value: 1 });
    await expect(stream.next()).rejects.toMatchObject({ code: 'answer_invalid' });
    expect(await stream.next()).toEqual(DONE);
    runtime.endTurn();
    expect(server.cancelled).toEqual([1]);
  });

  it('throws when the connection is lost, after the items that came', async () => {
    const { stream, items, calls } = open();
    items(1);
    calls.offline();
    expect(await stream.next()).toMatchObject({ value: 1 });
    await expect(stream.next()).rejects.toMatchObject({ code: 'outcome_unknown' });
  });

  it('begins again after a refusal for now', () => {
    const { answer, pass, server } = open();
    answer({ id: 1, ...refusedWith('overloaded') });
    pass(100);
    expect(server.calls.map(({ id }) => id)).toEqual([1, 1]);
  });

  it('throws when the client ends', async () => {
    const { stream, calls } = open();
    const next = stream.next();
    calls.fail(new QueueError('closed', 'The client is closed.'));
    await expect(next).rejects.toMatchObject({ code: 'outcome_unknown' });
  });
});
